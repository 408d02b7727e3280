-- Who reaches the rows of volunteer_availability.
ALTER TABLE volunteer_availability ENABLE ROW LEVEL SECURITY;
ALTER TABLE volunteer_availability FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON volunteer_availability;
CREATE POLICY tenant_isolation ON volunteer_availability
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
