"""The words of web pages: phrases, dates and bylines in the supported languages."""
