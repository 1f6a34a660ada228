"""Being looked at while running: request ids, log lines without secrets or personal data, figures for Prometheus."""
