#!/bin/sh
# Every figure of docs/benchmarks.md, one after the other, on 2 cores; about three quarters of an hour in all.
# Argument: the virtual environment's bin. Instances are looked for in $BENCH (../shared/bench by default).
set -eu
bin=$1
bench=${BENCH:-../shared/bench}
osm=${OSM:-../shared/geo/osm}
out=out/bench
mkdir -p "$out"

echo "== machine and commit"
uname -srm; nproc; "$bin/python" --version; git rev-parse --short HEAD

echo "== the demonstration week, both providers side by side, 180 s"
for seed in 1 2 3; do "$bin/python" tests/bench/demo_week.py 180 "$seed"; done

echo "== home health care, 60 s of processor an instance, two instances at a time (35 minutes)"
"$bin/carecoord" bench hhcrsp "$bench/hhcrsp_toy/instances" "$bench/hhcrsp_mankowska/instances" \
  "$bench/hhcrsp_kummer/instances" "$bench/hhcrsp_italian/instances" \
  --seconds 60 --clock cpu --side-by-side 2 --seed 1 --out "$out/hhcrsp"
echo "== the Mankowska instances in 10 s (3 minutes)"
"$bin/carecoord" bench hhcrsp "$bench/hhcrsp_mankowska/instances" \
  --seconds 10 --clock cpu --side-by-side 2 --seed 1 --out "$out/hhcrsp-10"
echo "== peers: PyVRP (two models) and OR-Tools routing, 20 s of processor each (13 minutes; needs the extra bench)"
"$bin/python" tests/bench/peers.py "$bench/hhcrsp_italian/instances" 20

echo "== unified home health care, 60 s of processor an instance, two instances at a time (20 minutes)"
"$bin/carecoord" bench uhhc "$bench/uhhc/instances" --seconds 60 --clock cpu --side-by-side 2 --seed 1 --out "$out/uhhc"

echo "== routing with time windows: Solomon in one decimal, 30 s, two searches an instance (14 minutes)"
"$bin/carecoord" bench vrptw-1d "$bench/vrptw_solomon/instances" --seconds 30 --workers 2 --seed 1 --out "$out/vrptw-1d"
echo "== the same with fewest vehicles: Gehring-Homberger, 200 and 400 customers, 60 s (12 minutes)"
"$bin/carecoord" bench vrptw "$bench"/vrptw_gehring_homberger/instances/*_[24]_*.txt \
  --seconds 60 --workers 2 --seed 1 --out "$out/vrptw"
echo "== peer: PyVRP, one thread each (28 minutes, then 6; needs the extra bench)"
"$bin/python" tests/bench/peers_vrptw.py 30 "$bench/vrptw_solomon/instances"
"$bin/python" tests/bench/peers_vrptw.py 60 "$bench"/vrptw_gehring_homberger/instances/*_10_*.txt

echo "== pickup and delivery, about 100 tasks then 200 and 400, 60 s, two searches an instance (37 minutes)"
"$bin/carecoord" bench pdptw "$bench/pdptw_li_lim/instances" --seconds 60 --workers 2 --seed 1 --out "$out/pdptw"

echo "== dial-a-ride, 60 s, two searches an instance (34 minutes)"
"$bin/carecoord" bench darp "$bench/darp_cordeau/instances" --seconds 60 --workers 2 --seed 1 --out "$out/darp"

echo "== three services together against silos, three towns of 200 people, 60 s each (7 minutes)"
"$bin/python" tests/bench/joint_town.py 60 1 2 3

echo "== two hundred visits left out: causes against a brute force, remedies applied (5 minutes)"
"$bin/python" tests/bench/remedies_200.py 200

echo "== every aide absent in turn at 7:10: generated day, Tuesday of the demonstration (12 minutes)"
"$bin/python" tests/bench/repair_day.py

echo "== slot offers with the plan resident: a generated day, a weekday and the week of the demonstration (3 minutes)"
"$bin/python" tests/bench/offers_day.py 200 20

echo "== a week of 2,500 visits and 80 aides as one, and day after day, 5 minutes each"
"$bin/python" tests/bench/week_2500.py 300 1
echo "== what CP-SAT wins for a week (5 minutes)"
PYTHONPATH=tests "$bin/python" tests/bench/week_master.py 60000 1

echo "== a real road network"
"$bin/python" tests/bench/roads.py "$osm/andorra-2023-05-02.osm.pbf"

echo "== first solve after an installation, memory of an idle worker"
"$bin/python" tests/bench/footprint.py 3

echo "== a territory in sectors: 1,000 to 20,000 visits a day, undivided up to 2,000, one worker against two"
"$bin/python" tests/bench/scale.py 1000 2000 5000 10000 20000 --seconds-per-visit 0.1 --workers 2 --alone 4000
echo "== the same over the queue: PostgreSQL and two worker processes against one"
"$bin/python" tests/bench/scale_queue.py 3000 --seconds 60

echo "== vital visits left out of a whole week, against vital visits alone; room for delays (5 minutes)"
"$bin/python" tests/bench/tiers.py 30 4 5 7
"$bin/python" tests/bench/punctuality.py 20

echo "== 300 rides and 40 volunteers: plan, live answers, repair, on six generated days (6 minutes)"
"$bin/python" tests/bench/rides_300.py --seconds 30 --seeds 1 2 3 101 102 103

echo "== a known caller and a ride again at the ride desk, in a browser (1 minute)"
PYTHONPATH=tests "$bin/python" tests/bench/ride_desk.py 3

echo "== 450 meals and 15 drivers: two compartments, reloads, repair at 8:40, offers, on four days (5 minutes)"
"$bin/python" tests/bench/meals_450.py 45 1 11 12 13
echo "== the same days, driving alone, beside PyVRP (3 minutes)"
"$bin/python" tests/bench/peers_meals.py 30 1 11 12
