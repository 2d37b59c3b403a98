"""What makes a set of questions an examination: which ones are drawn, when it may be sat, which try counts, and what
may be seen of it when. Neither Django nor XBlock."""
