-- Who reaches the rows of roster_stop.
ALTER TABLE roster_stop ENABLE ROW LEVEL SECURITY;
ALTER TABLE roster_stop FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON roster_stop;
CREATE POLICY tenant_isolation ON roster_stop
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
