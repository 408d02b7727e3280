-- Who reaches the rows of ride_request.
ALTER TABLE ride_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_request FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_request;
CREATE POLICY tenant_isolation ON ride_request
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
