"""The appraisal of one employee in one period, from plan to objection: the aggregate people's pay hangs on."""
