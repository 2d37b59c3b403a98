"""Three hundred trainees who sit the first case's assessment within a minute, at the demo as a site would run it."""
