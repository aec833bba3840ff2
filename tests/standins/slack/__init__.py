"""Slack on 127.0.0.1: Web API, Socket Mode and signed HTTP, and people who use the app."""
