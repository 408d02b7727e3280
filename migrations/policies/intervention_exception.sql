-- Who reaches the rows of intervention_exception.
ALTER TABLE intervention_exception ENABLE ROW LEVEL SECURITY;
ALTER TABLE intervention_exception FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON intervention_exception;
CREATE POLICY tenant_isolation ON intervention_exception
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
