WITH source AS (
  SELECT person AS unit_id, CAST(day AS DATE) AS period, CAST(sales AS DOUBLE) AS outcome, CAST("first start" AS DATE) AS cohort,
    COALESCE(CAST(team AS VARCHAR), '(empty)') AS cluster_id, CAST(w AS DOUBLE) AS weight, CAST(visits AS DOUBLE) AS amount
  FROM hr."Monthly KPIs"
  WHERE sales IS NOT NULL
    AND CAST(day AS DATE) IN (DATE '2026-01-01', DATE '2026-02-01')
),
centres AS (
  SELECT CAST(0.5 AS DOUBLE) AS centre
),
wide AS (
  SELECT CASE
    WHEN unit_id IS NULL THEN 'unusable'
    WHEN MAX(CASE WHEN cluster_id = '(empty)' THEN 1 ELSE 0 END) = 1 OR COUNT(weight) < COUNT(*) OR MIN(weight) <= 0 OR COUNT(amount) < COUNT(*) OR MIN(amount) < 0 THEN 'unusable'
    WHEN SUM(CASE WHEN period = DATE '2026-01-01' THEN CAST(1 AS DOUBLE) ELSE 0 END) > 1 OR SUM(CASE WHEN period = DATE '2026-02-01' THEN CAST(1 AS DOUBLE) ELSE 0 END) > 1 THEN 'doubled'
    WHEN MIN(cohort) <> MAX(cohort) OR MIN(cluster_id) <> MAX(cluster_id) OR MIN(weight) <> MAX(weight) OR COUNT(cohort) NOT IN (0, COUNT(*)) THEN 'changed'
    ELSE 'used' END AS status,
    MIN(cohort) AS cohort, MIN(cluster_id) AS cluster_id,
    MIN(centre) AS centre,
    MIN(weight) AS v_0, SUM(CASE WHEN period = DATE '2026-01-01' THEN weight * amount ELSE 0 END) AS v_1, SUM(CASE WHEN period = DATE '2026-02-01' THEN weight * amount ELSE 0 END) AS v_2,
    SUM(CASE WHEN period = DATE '2026-01-01' THEN weight * (outcome - centre * amount) ELSE 0 END) AS v_3, SUM(CASE WHEN period = DATE '2026-02-01' THEN weight * (outcome - centre * amount) ELSE 0 END) AS v_4
  FROM source CROSS JOIN centres
  GROUP BY unit_id
),
sums AS (
  SELECT numbered.*, MIN(cell) OVER (PARTITION BY status, cluster_id) AS first_cell FROM (
    SELECT grouped.*, DENSE_RANK() OVER (ORDER BY status, cohort) AS cell FROM (SELECT status, cluster_id, cohort, MIN(centre) AS centre, COUNT(*) AS people,
      SUM(v_0) AS v_0, SUM(v_1) AS v_1, SUM(v_2) AS v_2, SUM(v_3) AS v_3, SUM(v_4) AS v_4
    FROM wide GROUP BY status, cluster_id, cohort) grouped) numbered
),
cells AS (
  SELECT a.status AS status, a.cohort AS cohort, b.cohort AS other_cohort, MIN(CASE WHEN a.cell = b.cell THEN 1 ELSE 0 END) AS own,
    MIN(a.centre) AS centre, CAST(SUM(a.people) AS BIGINT) AS units, COUNT(*) AS clusters, SUM(CASE WHEN a.first_cell = a.cell AND a.cell = b.cell THEN 1 ELSE 0 END) AS first_clusters,
    CASE WHEN SUM(a.people) >= 10 AND SUM(b.people) >= 10 AND (COUNT(*) >= 10 OR (MIN(a.people) >= 10 AND MIN(b.people) >= 10)) THEN 1 ELSE 0 END AS enough,
    SUM(a.v_0) AS m_0, SUM(a.v_1) AS m_1, SUM(a.v_2) AS m_2, SUM(a.v_3) AS m_3, SUM(a.v_4) AS m_4, SUM(a.v_0 * b.v_0) AS c_0_0,
    SUM(a.v_0 * b.v_1) AS c_0_1, SUM(a.v_0 * b.v_2) AS c_0_2, SUM(a.v_0 * b.v_3) AS c_0_3, SUM(a.v_0 * b.v_4) AS c_0_4,
    SUM(a.v_1 * b.v_0) AS c_1_0, SUM(a.v_1 * b.v_1) AS c_1_1, SUM(a.v_1 * b.v_2) AS c_1_2, SUM(a.v_1 * b.v_3) AS c_1_3,
    SUM(a.v_1 * b.v_4) AS c_1_4, SUM(a.v_2 * b.v_0) AS c_2_0, SUM(a.v_2 * b.v_1) AS c_2_1, SUM(a.v_2 * b.v_2) AS c_2_2,
    SUM(a.v_2 * b.v_3) AS c_2_3, SUM(a.v_2 * b.v_4) AS c_2_4, SUM(a.v_3 * b.v_0) AS c_3_0, SUM(a.v_3 * b.v_1) AS c_3_1,
    SUM(a.v_3 * b.v_2) AS c_3_2, SUM(a.v_3 * b.v_3) AS c_3_3, SUM(a.v_3 * b.v_4) AS c_3_4, SUM(a.v_4 * b.v_0) AS c_4_0,
    SUM(a.v_4 * b.v_1) AS c_4_1, SUM(a.v_4 * b.v_2) AS c_4_2, SUM(a.v_4 * b.v_3) AS c_4_3, SUM(a.v_4 * b.v_4) AS c_4_4
  FROM sums a
  JOIN sums b ON a.cluster_id = b.cluster_id AND a.status = b.status AND a.cell <= b.cell
  GROUP BY a.status, a.cohort, b.cohort
),
counted AS (
  SELECT cells.*,
    CAST(SUM(CASE WHEN status = 'incomplete' AND own = 1 THEN units ELSE 0 END) OVER () AS BIGINT) AS units_incomplete,
    CAST(SUM(CASE WHEN status = 'doubled' AND own = 1 THEN units ELSE 0 END) OVER () AS BIGINT) AS units_doubled, CAST(SUM(CASE WHEN status = 'changed' AND own = 1 THEN units ELSE 0 END) OVER () AS BIGINT) AS units_changed,
    CAST(SUM(CASE WHEN status = 'unusable' AND own = 1 THEN units ELSE 0 END) OVER () AS BIGINT) AS units_unusable, CAST(SUM(CASE WHEN status = 'used' AND (units < 10 OR enough = 0) AND own = 1 THEN 1 ELSE 0 END) OVER () AS BIGINT) AS cells_withheld,
    CAST(SUM(CASE WHEN status = 'used' AND enough = 0 AND own = 0 THEN 1 ELSE 0 END) OVER () AS BIGINT) AS pairs_withheld
  FROM cells
)
SELECT '{"schema":"upshot-warehouse-moments/1","outcome":"sales","periods":["2026-01-01","2026-02-01"],"strata":[],"sized":true,"varying":true,"clustered":true,"minimum":10}' AS panel,
  cohort, other_cohort, own, clusters, first_clusters, pairs_withheld, centre, units, units_incomplete, units_doubled,
    units_changed, units_unusable, cells_withheld, m_0, m_1, m_2, m_3, m_4, c_0_0, c_0_1, c_0_2, c_0_3, c_0_4, c_1_0, c_1_1,
    c_1_2, c_1_3, c_1_4, c_2_0, c_2_1, c_2_2, c_2_3, c_2_4, c_3_0, c_3_1, c_3_2, c_3_3, c_3_4, c_4_0, c_4_1, c_4_2, c_4_3,
    c_4_4
FROM counted
WHERE status = 'used' AND units >= 10 AND enough = 1;
