"""Role paths as people walk them: enrolment, progress, prerequisites, due dates, recertification."""
