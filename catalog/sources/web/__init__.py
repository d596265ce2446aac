"""Images from the web: which addresses are asked, with which manners, and what answers mean."""
