-- Who reaches the rows of organisation.
ALTER TABLE organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisation FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON organisation;
CREATE POLICY tenant_isolation ON organisation
    USING (id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid OR id IN (SELECT m.organisation_id FROM membership m WHERE m.account_id = nullif(current_setting('carecoord.account_id', true), '')::uuid))
    WITH CHECK (id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
