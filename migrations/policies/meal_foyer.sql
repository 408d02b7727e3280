-- Who reaches the rows of meal_foyer.
ALTER TABLE meal_foyer ENABLE ROW LEVEL SECURITY;
ALTER TABLE meal_foyer FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_isolation ON meal_foyer;
CREATE POLICY tenant_isolation ON meal_foyer
    USING (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid)
    WITH CHECK (organisation_id = nullif(current_setting('carecoord.organisation_id', true), '')::uuid);
