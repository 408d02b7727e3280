-- Who reaches the rows of ride_run.
ALTER TABLE ride_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE ride_run FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON ride_run;
CREATE POLICY tenant_isolation ON ride_run
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
