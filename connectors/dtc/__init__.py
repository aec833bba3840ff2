"""Sierra Chart, and whatever else speaks the Data and Trading Communications protocol."""
