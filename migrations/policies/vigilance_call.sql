-- Who reaches the rows of vigilance_call.
ALTER TABLE vigilance_call ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigilance_call FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON vigilance_call;
CREATE POLICY tenant_isolation ON vigilance_call
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
