-- Stops that count, with the person and tier of the visit, in seconds and metres.
-- free_s: what is left of the gap before the stop once travelled, NULL for the first of a round.
CREATE VIEW published_stop WITH (security_invoker = true) AS
SELECT s.organisation_id, s.on_date, s.aide_id, s.visit_id, v.person_id, i.tier, s.seat, s.known_face,
    extract(epoch FROM s.ends_at - s.starts_at)::int AS service_s,
    s.travel_s, s.travel_m,
    (extract(epoch FROM s.starts_at - lag(s.ends_at) OVER (
        PARTITION BY s.organisation_id, s.aide_id, s.on_date ORDER BY s.starts_at)) - s.travel_s)::int AS free_s
FROM roster_stop s
JOIN current_roster_day d
    ON d.organisation_id = s.organisation_id AND d.roster_id = s.roster_id AND d.on_date = s.on_date
JOIN visit v ON v.organisation_id = s.organisation_id AND v.id = s.visit_id
JOIN intervention i ON i.organisation_id = v.organisation_id AND i.id = v.intervention_id;
