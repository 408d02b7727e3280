-- Visits left out by the roster that counts for the day they are due, with their cause.
CREATE VIEW published_unserved WITH (security_invoker = true) AS
SELECT u.organisation_id, v.due_on AS on_date, u.visit_id, v.person_id, i.tier, u.cause
FROM roster_unserved u
JOIN visit v ON v.organisation_id = u.organisation_id AND v.id = u.visit_id AND v.status <> 'cancelled'
JOIN intervention i ON i.organisation_id = v.organisation_id AND i.id = v.intervention_id
JOIN current_roster_day d
    ON d.organisation_id = u.organisation_id AND d.roster_id = u.roster_id AND d.on_date = v.due_on;
