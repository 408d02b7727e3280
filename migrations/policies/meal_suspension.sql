-- Who reaches the rows of meal_suspension.
ALTER TABLE meal_suspension ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_suspension FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_suspension;
CREATE POLICY tenant_isolation ON meal_suspension
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
