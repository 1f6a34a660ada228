"""What the kernel and other apps are told of cases that cross a line, when Django starts."""


def register() -> None:
    from youlin.apps.cases.crossing import answering, delivering, telling, words  # noqa: F401
    from youlin.kernel import journal, reactions

    journal.register_acts(words.JOURNAL_ACTS)
    reactions.register_action("cases.tell_reporter_of_crossing", telling.each(telling.tell_reporter))
    reactions.register_action("cases.tell_deciders_of_crossing", telling.each(telling.tell_deciders))
    reactions.register_action("cases.tell_asker_of_crossing", telling.each(telling.tell_asker))
    told = ["cases.crossing_asked", "cases.crossed", "cases.crossing_returned"]
    answered = ["cases.crossed", "cases.crossing_returned"]
    reactions.declare("cases.reporter_hears_of_crossing", when=told, do="cases.tell_reporter_of_crossing")
    reactions.declare(
        "cases.deciders_hear_of_arrival", when="cases.crossing_arrived", do="cases.tell_deciders_of_crossing"
    )
    reactions.declare("cases.asker_hears_of_answer", when=answered, do="cases.tell_asker_of_crossing")
