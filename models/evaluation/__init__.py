"""Evaluation of classifiers: metrics, comparisons, leaderboard, pictures."""
