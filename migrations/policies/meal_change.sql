-- Who reaches the rows of meal_change.
ALTER TABLE meal_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_change FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_change;
CREATE POLICY tenant_isolation ON meal_change
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
