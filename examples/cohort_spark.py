"""A cohort out of an archive of `bendwise archive`, as a job for Spark 4:

    spark-submit examples/cohort_spark.py ARCHIVE OUTPUT

Writes a row a drill and month into OUTPUT, as Parquet: persons, sessions, repetitions, those that cannot be told, the median of the
persons' median lumbar shares, and of their reaches. It counts as `bendwise cohort --by month` does: every session once, every
person once.
"""
import sys

from pyspark.sql import SparkSession, functions as f


def table(spark, archive, name):
    # mergeSchema: files of a later version have more columns than the others.
    rows = spark.read.option("mergeSchema", "true").parquet(f"{archive}/{name}")
    return rows.join(f.broadcast(spark.read.parquet(f"{archive}/tombstones").select("session")), "session", "left_anti")


def cohort(spark, archive):
    compared = table(spark, archive, "repetitions").where("compared")
    told = f.when(f.col("verdict") != "none", f.col("lumbar_share"))
    sessions = compared.groupBy("session", "person", "drill", "year", "month").agg(
        f.count("*").alias("repetitions"),
        f.count_if(f.col("verdict") == "none").alias("undecided"),
        f.median(told).alias("share"),
        f.median("reach_deg").alias("reach"),
    )
    persons = sessions.groupBy("person", "drill", "year", "month").agg(
        f.count("*").alias("sessions"),
        f.sum("repetitions").alias("repetitions"),
        f.sum("undecided").alias("undecided"),
        f.median("share").alias("share"),
        f.median("reach").alias("reach"),
    )
    return persons.groupBy("year", "month", "drill").agg(
        f.count("*").alias("persons"),
        f.sum("sessions").alias("sessions"),
        f.sum("repetitions").alias("repetitions"),
        f.sum("undecided").alias("undecided"),
        f.median("share").alias("lumbar_share"),
        f.median("reach").alias("reach_deg"),
    )


def main(archive, output):
    spark = SparkSession.builder.appName("bendwise cohort").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    cohort(spark, archive).orderBy("year", "month", "drill").coalesce(1).write.mode("errorifexists").parquet(output)
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
