WITH source AS (
  SELECT person AS unit_id, CAST(month AS VARCHAR) AS period, CAST(sales AS DOUBLE PRECISION) AS outcome, CAST("first start" AS VARCHAR) AS cohort,
    COALESCE(CAST(region AS VARCHAR), '(empty)') AS stratum_0, COALESCE(CAST(role AS VARCHAR), '(empty)') AS stratum_1
  FROM hr."Monthly KPIs"
  WHERE sales IS NOT NULL
    AND CAST(month AS VARCHAR) IN ('2025-11', '2025-12', '2026-01')
),
centres AS (
  SELECT COALESCE(AVG(outcome), 0) AS centre FROM source
),
wide AS (
  SELECT CASE
    WHEN unit_id IS NULL THEN 'unusable'
    WHEN COUNT(*) > 3 OR COUNT(*) = 3 AND SUM(CASE period WHEN '2025-11' THEN 1 WHEN '2025-12' THEN 2 WHEN '2026-01' THEN 4 ELSE 0 END) <> 7 THEN 'doubled'
    WHEN MIN(cohort) <> MAX(cohort) OR MIN(stratum_0) <> MAX(stratum_0) OR MIN(stratum_1) <> MAX(stratum_1) OR COUNT(cohort) NOT IN (0, COUNT(*)) THEN 'changed'
    WHEN COUNT(*) < 3 THEN 'incomplete'
    ELSE 'used' END AS status,
    MIN(cohort) AS cohort, MIN(stratum_0) AS stratum_0, MIN(stratum_1) AS stratum_1,
    MIN(centre) AS centre,
    SUM(CASE WHEN period = '2025-11' THEN (outcome - centre) ELSE 0 END) AS v_0, SUM(CASE WHEN period = '2025-12' THEN (outcome - centre) ELSE 0 END) AS v_1,
    SUM(CASE WHEN period = '2026-01' THEN (outcome - centre) ELSE 0 END) AS v_2
  FROM source CROSS JOIN centres
  GROUP BY unit_id
),
cells AS (
  SELECT status, cohort, stratum_0, stratum_1, MIN(centre) AS centre, COUNT(*) AS units, 1 AS enough,
    AVG(v_0) AS m_0, AVG(v_1) AS m_1, AVG(v_2) AS m_2, (AVG(v_0 * v_0) - AVG(v_0) * AVG(v_0)) AS c_0_0, (AVG(v_0 * v_1) - AVG(v_0) * AVG(v_1)) AS c_0_1,
    (AVG(v_0 * v_2) - AVG(v_0) * AVG(v_2)) AS c_0_2, (AVG(v_1 * v_1) - AVG(v_1) * AVG(v_1)) AS c_1_1, (AVG(v_1 * v_2) - AVG(v_1) * AVG(v_2)) AS c_1_2,
    (AVG(v_2 * v_2) - AVG(v_2) * AVG(v_2)) AS c_2_2
  FROM wide
  GROUP BY status, cohort, stratum_0, stratum_1
),
counted AS (
  SELECT cells.*,
    CAST(SUM(CASE WHEN status = 'incomplete' THEN units ELSE 0 END) OVER () AS BIGINT) AS units_incomplete, CAST(SUM(CASE WHEN status = 'doubled' THEN units ELSE 0 END) OVER () AS BIGINT) AS units_doubled,
    CAST(SUM(CASE WHEN status = 'changed' THEN units ELSE 0 END) OVER () AS BIGINT) AS units_changed, CAST(SUM(CASE WHEN status = 'unusable' THEN units ELSE 0 END) OVER () AS BIGINT) AS units_unusable,
    CAST(SUM(CASE WHEN status = 'used' AND (units < 5 OR enough = 0) THEN 1 ELSE 0 END) OVER () AS BIGINT) AS cells_withheld
  FROM cells
)
SELECT '{"schema":"upshot-warehouse-moments/1","outcome":"sales","periods":["2025-11","2025-12","2026-01"],"strata":["region","role"],"sized":false,"varying":false,"clustered":false,"minimum":5}' AS panel,
  cohort, stratum_0, stratum_1, centre, units, units_incomplete, units_doubled, units_changed, units_unusable, cells_withheld,
    m_0, m_1, m_2, c_0_0, c_0_1, c_0_2, c_1_1, c_1_2, c_2_2
FROM counted
WHERE status = 'used' AND units >= 5 AND enough = 1;
