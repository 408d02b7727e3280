-- Rules that published rounds break; one that concerns no single day is dated by the first of its roster.
CREATE VIEW published_breach WITH (security_invoker = true) AS
SELECT b.organisation_id, b.on_date, b.rule, b.severity
FROM (
    SELECT r.organisation_id, r.id AS roster_id, w ->> 'rule' AS rule, w ->> 'severity' AS severity,
        coalesce((w ->> 'on_date')::date, r.first_day) AS on_date
    FROM roster r CROSS JOIN LATERAL jsonb_array_elements(r.warnings) AS w
    WHERE r.state = 'published'
) b
JOIN current_roster_day d
    ON d.organisation_id = b.organisation_id AND d.roster_id = b.roster_id AND d.on_date = b.on_date;
