"""The appraisal and all that is shown inside it."""
