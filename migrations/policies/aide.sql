-- Who reaches the rows of aide.
ALTER TABLE aide ENABLE ROW LEVEL SECURITY;
ALTER TABLE aide FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON aide;
CREATE POLICY tenant_isolation ON aide
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
