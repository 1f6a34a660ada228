"""City responders at the desk: call-outs (`calling`, `leading`), who is verified (`people`), standing tasks (`shifts`),
services put right (`records`), stories of teams (`stories`), figures (`numbers`)."""
