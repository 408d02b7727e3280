-- Who reaches the rows of repair_call.
ALTER TABLE repair_call ENABLE ROW LEVEL SECURITY;
ALTER TABLE repair_call FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON repair_call;
CREATE POLICY tenant_isolation ON repair_call
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
