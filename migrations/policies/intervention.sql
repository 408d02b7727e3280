-- Who reaches the rows of intervention.
ALTER TABLE intervention ENABLE ROW LEVEL SECURITY;
ALTER TABLE intervention FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON intervention;
CREATE POLICY tenant_isolation ON intervention
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
