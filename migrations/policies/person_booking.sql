-- Who reaches the rows of person_booking.
ALTER TABLE person_booking ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_booking FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON person_booking;
CREATE POLICY tenant_isolation ON person_booking
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
