-- Who reaches the rows of meal_stop.
ALTER TABLE meal_stop ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_stop FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_stop;
CREATE POLICY tenant_isolation ON meal_stop
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
