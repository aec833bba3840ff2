"""Slack as a chat platform, on slack-bolt."""
