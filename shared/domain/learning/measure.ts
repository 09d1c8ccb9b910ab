/** How good a ranking or a probability is, in figures an analyst knows. */
