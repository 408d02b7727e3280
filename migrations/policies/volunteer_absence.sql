-- Who reaches the rows of volunteer_absence.
ALTER TABLE volunteer_absence ENABLE ROW LEVEL SECURITY;
ALTER TABLE volunteer_absence FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON volunteer_absence;
CREATE POLICY tenant_isolation ON volunteer_absence
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
