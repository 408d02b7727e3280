-- Who reaches the rows of meal_driver.
ALTER TABLE meal_driver ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_driver FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_driver;
CREATE POLICY tenant_isolation ON meal_driver
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
