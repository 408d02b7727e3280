-- Which published roster counts for each day: of two that share a day, the latest published.
CREATE VIEW current_roster_day WITH (security_invoker = true) AS
SELECT DISTINCT ON (r.organisation_id, d.on_date::date)
    r.organisation_id, d.on_date::date AS on_date, r.id AS roster_id
FROM roster r
CROSS JOIN LATERAL generate_series(
    r.first_day::timestamp, (r.first_day + r.day_count - 1)::timestamp, interval '1 day') AS d (on_date)
WHERE r.state = 'published'
ORDER BY r.organisation_id, d.on_date::date, r.published_at DESC, r.id DESC;
