-- Who reaches the rows of continuity.
ALTER TABLE continuity ENABLE ROW LEVEL SECURITY;
ALTER TABLE continuity FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON continuity;
CREATE POLICY tenant_isolation ON continuity
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
