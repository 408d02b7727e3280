-- Who reaches the rows of volunteer.
ALTER TABLE volunteer ENABLE ROW LEVEL SECURITY;
ALTER TABLE volunteer FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON volunteer;
CREATE POLICY tenant_isolation ON volunteer
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
