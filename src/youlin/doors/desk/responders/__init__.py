"""City responders at the desk: call-outs (`calling`, `leading`), who is verified (`people`), figures (`numbers`)."""
