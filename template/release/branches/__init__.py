"""Release branches and hotfix branches: freezes, merges, unmerged fixes, protection."""
