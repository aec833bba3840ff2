"""Who is who: roles, linked accounts, second factors."""
