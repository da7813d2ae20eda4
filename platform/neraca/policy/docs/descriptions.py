"""Every rule of a policy as a sentence, in plain Indonesian and plain English, made from what the rule says."""

from decimal import Decimal
from typing import assert_never

from neraca.domain.command_rules import DRAWN_FROM
from neraca.policy import model
from neraca.policy.findings import plain
from neraca.policy.localised_text import NOTHING, LocalisedText, bounded, listed

_CYCLE = {
    "year": LocalisedText("setahun", "a year"),
    "semester": LocalisedText("setengah tahun", "half a year"),
    "quarter": LocalisedText("tiga bulan", "three months"),
    "month": LocalisedText("sebulan", "a month"),
}
_ROUNDING = {
    "half_up": LocalisedText("setengah ke atas (menjauhi nol)", "half up (away from zero)"),
    "half_even": LocalisedText("setengah ke angka genap", "half to even"),
    "floor": LocalisedText("ke bawah", "down"),
    "ceil": LocalisedText("ke atas", "up"),
}
_PURPOSE = {
    "predicate": LocalisedText("menetapkan predikat kinerja", "gives a predicate"),
    "allowance": LocalisedText("menetapkan tunjangan", "sets an allowance"),
    "credit": LocalisedText("menetapkan angka kredit", "sets credit points"),
    "candidacy": LocalisedText("mendaftar siapa yang dipertimbangkan", "lists whom to consider"),
}


def purpose(policy: model.Policy) -> LocalisedText:
    said = LocalisedText(f"Kebijakan ini {_PURPOSE[policy.purpose].id}.", f"This policy {_PURPOSE[policy.purpose].en}.")
    if policy.abstract:
        said += LocalisedText(
            "Kebijakan ini hanya induk: tidak dipakai sendiri.", "It is a parent only: nobody is appraised by it alone."
        )
    return said


_CONSIDERED = {
    "reward": LocalisedText("penghargaan", "a reward"),
    "incentive": LocalisedText("insentif", "an incentive"),
    "promotion": LocalisedText("promosi", "a promotion"),
    "talent": LocalisedText("kotak talenta", "a box of talents"),
    "discipline": LocalisedText("tindak lanjut disiplin", "what follows from poor results"),
}


def candidacy(policy: model.Policy, one: model.Candidacy) -> LocalisedText:
    what = _CONSIDERED[one.for_]
    named = [(policy.predicates[name].label, name) for name in one.eligible]
    outcomes_id, outcomes_en = (
        listed(_label(label, language, name) for label, name in named) for language in ("id", "en")
    )
    of_id = "periode terakhir" if one.periods == 1 else f"{one.periods} periode berturut-turut"
    of_en = "the last period" if one.periods == 1 else f"{one.periods} periods in a row"
    said = LocalisedText(
        f"Yang dipertimbangkan adalah {what.id}, menurut hasil {of_id}. Yang dapat dicalonkan: {outcomes_id}.",
        f"People are considered for {what.en}, by the results of {of_en}. Who may be nominated: {outcomes_en}.",
    )
    said += LocalisedText(
        "Yang mencalonkan dan memutuskan adalah orang, dengan alasan; kebijakan ini tidak memutuskan apa pun.",
        "People nominate and decide, with a reason; this policy decides nothing.",
    )
    if one.asks:
        said += LocalisedText(
            "Calon ditanya lebih dahulu, dan boleh menolak.", "The candidate is asked first, and may decline."
        )
    if one.own:
        said += LocalisedText("Setiap orang membaca hasilnya sendiri.", "Everybody reads what it makes of them.")
    return said


def effective(days: model.Effective) -> LocalisedText:
    until = (
        LocalisedText("tanpa batas akhir", "on without end")
        if days.to is None
        else LocalisedText(f"sampai {days.to}", f"to {days.to}")
    )
    return LocalisedText(f"Berlaku sejak {days.from_} {until.id}.", f"It rules from {days.from_} {until.en}.")


def period(one: model.Period) -> LocalisedText:
    first = one.policy_date == "period_start"
    said = LocalisedText(
        f"Satu penilaian mencakup {_CYCLE[one.cycle].id}, mulai {one.start}; yang menilai adalah kebijakan yang "
        f"berlaku pada hari {'pertama' if first else 'terakhir'} periode.",
        f"One appraisal covers {_CYCLE[one.cycle].en}, starting on {one.start}; the policy in force on the "
        f"{'first' if first else 'last'} day of the period judges it.",
    )
    if one.segments is not None:
        said += LocalisedText(
            "Bagian periode digabung menurut jumlah bulannya.",
            "Parts of a period are joined by how many months they last.",
        )
    if one.annual is not None and one.annual.combine == "judged":
        said += LocalisedText(
            "Penilaian tahunan dilakukan tersendiri atas seluruh tahun dengan aturan yang sama, dengan hasil "
            "periode-periodenya di sampingnya; tidak ada yang dihitung dari hasil itu.",
            "The year is appraised anew as a whole by the same rules, with the results of its periods beside it; "
            "nothing is computed from those.",
        )
    elif one.annual is not None:
        said += LocalisedText(
            "Hasil tahunan terjadi dari hasil akhir periode-periodenya, masing-masing berbobot jumlah bulannya; "
            "kebijakan yang menilai periode terakhir menetapkan predikatnya.",
            "The year comes about from the final results of its periods, each weighed by its months; the policy that "
            "judged the last of them gives the predicate.",
        )
    return said


def precision(one: model.Precision) -> LocalisedText:
    rounding = _ROUNDING[one.rounding]
    return LocalisedText(
        f"Dihitung sampai {one.intermediate} desimal, dicetak dan dinilai pada {one.final} desimal, dibulatkan "
        f"{rounding.id}.",
        f"Computed to {one.intermediate} decimals, printed and judged at {one.final}, rounded {rounding.en}.",
    )


def scale(one: model.Scale) -> LocalisedText:
    said = LocalisedText(
        f"Nilai dari {plain(one.min)} sampai {plain(one.max)}, dengan langkah {plain(one.step)}.",
        f"Values from {plain(one.min)} to {plain(one.max)}, in steps of {plain(one.step)}.",
    )
    if one.levels:
        said += LocalisedText(f"Tingkatnya: {_levels(one, 'id')}.", f"Its levels: {_levels(one, 'en')}.")
    return said


def _levels(one: model.Scale, language: str) -> str:
    called = {name: _label(label, language, name) for name, label in one.labels.items()}
    return listed(
        f"`{name}` = {plain(value)}" + (f" ({called[name]})" if name in called else "")
        for name, value in one.levels.items()
    )


def predicates(policy: model.Policy) -> LocalisedText:
    ranked = sorted(policy.predicates.items(), key=lambda one: -one[1].rank)
    called = [(_label(one.label, "id", name), _label(one.label, "en", name), name) for name, one in ranked]
    return LocalisedText(
        f"Dari yang tertinggi: {listed(f'{label} (`{name}`)' for label, _, name in called)}.",
        f"Best first: {listed(f'{label} (`{name}`)' for _, label, name in called)}.",
    )


def panel(one: model.Panel) -> LocalisedText:
    median = one.aggregate == "median"
    said = LocalisedText(
        f"Tiap kelompok penilai diwakili {'median' if median else 'rata-rata'} nilainya.",
        f"Each group of raters counts by the {'median' if median else 'mean'} of what it gave.",
    )
    if one.trim_each_end:
        said += LocalisedText(
            f"{one.trim_each_end} nilai tertinggi dan {one.trim_each_end} terendah dibuang bila penilainya cukup.",
            f"The {one.trim_each_end} highest and {one.trim_each_end} lowest are left out where enough remain.",
        )
    for name, group in one.raters.items():
        said += _group(name, group)
    for table in one.when_missing.values():
        gone = listed(f"`{name}`" for name in table.groups)
        weights = listed(f"`{name}` {plain(weight)}" for name, weight in table.weights.items())
        said += LocalisedText(
            f"Bila hanya {gone} tidak ada, yang lain berbobot {weights}.",
            f"Where only {gone} is missing, the others weigh {weights}."
            if len(table.groups) == 1
            else f"Where only {gone} are missing, the others weigh {weights}.",
        )
    return said


def indicator(policy: model.Policy, one: model.Indicator) -> LocalisedText:
    return one.measure.sentence(policy) + bounded(one.cap) + _missing(one.missing)


def guides(one: model.Guides) -> LocalisedText:
    """Numbered, as people name them: the second guide to a value."""
    texts = [(LocalisedText(text.get("id", ""), text.get("en", ""))) for text in one.texts]
    return LocalisedText(
        "Yang dilihat penilai: " + "; ".join(f"({at}) {text.id or text.en}" for at, text in enumerate(texts, 1)) + ".",
        "What the appraiser looks at: "
        + "; ".join(f"({at}) {text.en or text.id}" for at, text in enumerate(texts, 1))
        + ".",
    )


def node(policy: model.Policy, name: str) -> LocalisedText:
    one = policy.nodes[name]
    parts = [(_thing(policy, name), plain(weight)) for name, weight in one.of.items()]
    match one.combine:
        case "weighted_mean":
            said = LocalisedText(
                f"Rata-rata tertimbang dari {listed(f'{name.id} {weight}%' for name, weight in parts)}.",
                f"The weighted mean of {listed(f'{name.en} {weight}%' for name, weight in parts)}.",
            )
        case "mean":
            said = LocalisedText(
                f"Rata-rata dari {listed(name.id for name, _ in parts)}.",
                f"The mean of {listed(name.en for name, _ in parts)}.",
            )
        case "sum":
            said = LocalisedText(
                f"Jumlah dari {listed(name.id for name, _ in parts)}.",
                f"The sum of {listed(name.en for name, _ in parts)}.",
            )
        case "min":
            said = LocalisedText(
                f"Yang terkecil dari {listed(name.id for name, _ in parts)}.",
                f"The smallest of {listed(name.en for name, _ in parts)}.",
            )
        case "max":
            said = LocalisedText(
                f"Yang terbesar dari {listed(name.id for name, _ in parts)}.",
                f"The largest of {listed(name.en for name, _ in parts)}.",
            )
        case "first":
            asked = [_thing(policy, child) for child in sorted(one.of, key=lambda child: one.of[child])]
            said = LocalisedText(
                f"Yang pertama ada dari {listed(name.id for name in asked)}; sesudahnya tidak dilihat.",
                f"The first there is of {listed(name.en for name in asked)}; what comes after is not asked.",
            )
        case "majority":
            said = LocalisedText(
                f"Tingkat yang dimiliki lebih dari separuh dari {listed(name.id for name, _ in parts)}; bila tidak "
                "ada, yang di tengah. Tidak pernah yang tertinggi selama ada yang terendah.",
                f"The level that more than half of {listed(name.en for name, _ in parts)} have; where there is none, "
                "the one between. Never the highest while one is at the lowest.",
            )
        case "product":
            factors = [
                name if by == "1" else LocalisedText(f"{name.id} dibagi {by}", f"{name.en} divided by {by}")
                for name, by in parts
            ]
            said = LocalisedText(
                f"Hasil kali {listed(one.id for one in factors)}.",
                f"The product of {listed(one.en for one in factors)}.",
            )
        case _:
            assert_never(one.combine)
    if one.min_weight_present:
        least = plain(one.min_weight_present)
        said += LocalisedText(
            f"Penilaian terhenti bila bobot yang ada kurang dari {least}%.",
            f"The appraisal stops where less than {least}% of the weight is present.",
        )
    said += bounded(one.clamp)
    return said + _missing(one.missing) if any(name in other.of for other in policy.nodes.values()) else said


def classifier(policy: model.Policy, one: model.Classifier) -> LocalisedText:
    match one:
        case model.Bands():
            return _bands(policy, one)
        case model.Matrix():
            cells = [(row, col, level) for row, cols in one.table.items() for col, level in cols.items()]
            return LocalisedText(
                f"Tingkat `{one.rows}` dan tingkat `{one.cols}` bersama-sama menetapkan: "
                + "; ".join(f"`{row}` dengan `{col}` menjadi `{level}`" for row, col, level in cells)
                + ".",
                f"The levels of `{one.rows}` and `{one.cols}` together give: "
                + "; ".join(f"`{row}` with `{col}` gives `{level}`" for row, col, level in cells)
                + ".",
            )
        case _:
            assert_never(one)


def outcome(policy: model.Policy) -> LocalisedText:
    said = NOTHING
    if policy.outcome is not None:
        said += LocalisedText(
            f"Predikat adalah hasil `{policy.outcome}`.", f"The predicate is the outcome of `{policy.outcome}`."
        )
    if policy.score is not None:
        name = _thing(policy, policy.score)
        said += LocalisedText(f"Nilai yang dicetak adalah {name.id}.", f"The score that is printed is {name.en}.")
    return said


def modifier(one: model.Modifier) -> LocalisedText:
    when = condition(one.when)
    said = NOTHING
    if one.then.max_predicate is not None:
        top = one.then.max_predicate
        said += LocalisedText(
            f"Bila {when.id}, predikat paling tinggi `{top}`.", f"If {when.en}, the predicate is `{top}` at most."
        )
    if one.then.min_predicate is not None:
        low = one.then.min_predicate
        said += LocalisedText(
            f"Bila {when.id}, predikat paling rendah `{low}`.", f"If {when.en}, the predicate is `{low}` at least."
        )
    if one.then.replace is not None:
        other = one.then.replace
        cells = listed(f"`{predicate}` ({level})" for level, predicate in other.predicates.items())
        said += LocalisedText(
            f"Bila {when.id}, predikat mengikuti `{other.by}` saja: {cells}; yang lain boleh kosong.",
            f"If {when.en}, the predicate follows `{other.by}` alone: {cells}; all else may be missing.",
        )
    return said


def condition(one: model.Condition) -> LocalisedText:
    if one.in_ is not None:
        words = listed(f"`{word}`" for word in one.in_)
        return LocalisedText(f"fakta `{one.fact}` salah satu dari {words}", f"the fact `{one.fact}` is one of {words}")
    if one.at_least is not None:
        least = plain(one.at_least)
        return LocalisedText(f"fakta `{one.fact}` paling sedikit {least}", f"the fact `{one.fact}` is at least {least}")
    if one.equals is None or one.equals is True:
        return LocalisedText(f"fakta `{one.fact}` benar", f"the fact `{one.fact}` is true")
    if one.equals is False:
        return LocalisedText(f"fakta `{one.fact}` tidak benar", f"the fact `{one.fact}` is false")
    word = one.equals if isinstance(one.equals, str) else plain(one.equals)
    return LocalisedText(f"fakta `{one.fact}` sama dengan `{word}`", f"the fact `{one.fact}` is `{word}`")


def distribution(one: model.Distribution) -> LocalisedText:
    modes = {
        "off": LocalisedText("tidak diperiksa", "is not checked"),
        "advisory": LocalisedText(
            "diperiksa dan diberitahukan, tanpa mengubah predikat siapa pun",
            "is checked and told, and changes no predicate",
        ),
        "enforce": LocalisedText(
            "diperiksa, dan kohort tidak dapat ditutup selama dilanggar",
            "is checked, and a cohort cannot be closed beyond it",
        ),
    }
    return LocalisedText(
        f"Sebaran predikat tiap `{one.cohort}` {modes[one.mode].id}. Pola dipilih menurut `{one.select_by}`; kurang "
        f"dari {one.min_cohort} orang tidak diperiksa.",
        f"The spread of predicates in each `{one.cohort}` {modes[one.mode].en}. Which pattern holds goes by "
        f"`{one.select_by}`; fewer than {one.min_cohort} people are not checked.",
    )


def curve(one: model.Curve) -> LocalisedText:
    said = NOTHING
    shares = [((name,), quota.min, quota.max) for name, quota in one.quotas.items()]
    shares += [(tuple(quota.of), quota.min, quota.max) for quota in one.group_quotas.values()]
    for names, least, most in shares:
        words = listed(f"`{name}`" for name in names)
        if most is not None:
            said += LocalisedText(f"{words} paling banyak {plain(most)}%.", f"{words}: at most {plain(most)}%.")
        if least is not None:
            said += LocalisedText(f"{words} paling sedikit {plain(least)}%.", f"{words}: at least {plain(least)}%.")
    if one.at_least_one_of:
        words = listed(f"`{name}`" for name in one.at_least_one_of)
        said += LocalisedText(f"Harus ada {words} walau satu.", f"There must be at least one of {words}.")
    if one.none_of:
        words = listed(f"`{name}`" for name in one.none_of)
        said += LocalisedText(f"Tidak boleh ada {words}.", f"There must be none of {words}.")
    return said if said != NOTHING else LocalisedText("Tanpa batas.", "Without bounds.")


_MONTHS = (
    LocalisedText("Januari", "January"),
    LocalisedText("Februari", "February"),
    LocalisedText("Maret", "March"),
    LocalisedText("April", "April"),
    LocalisedText("Mei", "May"),
    LocalisedText("Juni", "June"),
    LocalisedText("Juli", "July"),
    LocalisedText("Agustus", "August"),
    LocalisedText("September", "September"),
    LocalisedText("Oktober", "October"),
    LocalisedText("November", "November"),
    LocalisedText("Desember", "December"),
)


_ENTRY_PARTS = {
    "duration": LocalisedText("lamanya dalam menit", "how many minutes it took"),
    "result": LocalisedText("hasil kerja yang dilayani", "the planned result it served"),
    "evidence": LocalisedText("bukti dukung", "evidence"),
}


def credit_need(one: model.CreditNeed) -> LocalisedText:
    said = LocalisedText(
        f"Pangkat berikutnya membutuhkan {one.rank} angka kredit.", f"The next rank asks for {one.rank} credit points."
    )
    if one.level is None:
        return said
    return said + LocalisedText(f"Jenjang berikutnya membutuhkan {one.level}.", f"The next level asks for {one.level}.")


_AMONG = {
    "unit": LocalisedText("di antara pegawai unitnya", "among the people of their unit"),
    "class": LocalisedText("di antara pegawai segolongan jabatan", "among the people of their class of posts"),
    "agency": LocalisedText("di antara semua pegawai yang dinilai", "among all who are appraised"),
}


def ranking(one: model.Ranking) -> LocalisedText:
    among = _AMONG[one.within]
    said = LocalisedText(
        f"Setelah semua hasil final, pegawai diperingkat menurut nilai {among.id}; nilai sama, peringkat sama.",
        f"Once all results are final, people are ranked by score {among.en}; equal scores have equal places.",
    )
    if one.shares is not None:
        parts = [plain(share) for share in (one.shares.top, one.shares.middle, one.shares.bottom)]
        said += LocalisedText(
            f"{parts[0]} persen teratas, {parts[1]} persen tengah, {parts[2]} persen terbawah.",
            f"The top {parts[0]} percent, the middle {parts[1]}, the bottom {parts[2]}.",
        )
    return said


def training(one: model.TrainingRule) -> LocalisedText:
    values = ", ".join(f"{name} {plain(below)}" for name, below in one.weak.items())
    return LocalisedText(
        f"Pelatihan diminta di bawah: {values}. Indikator lain lemah di bawah tengah rentangnya.",
        f"Training is asked for below: {values}. Other indicators are weak below the middle of what they can be.",
    )


_EACH = {
    "weekly": LocalisedText("minggu", "week"),
    "monthly": LocalisedText("bulan", "month"),
    "quarterly": LocalisedText("triwulan", "quarter"),
    "half-yearly": LocalisedText("semester", "half-year"),
    "yearly": LocalisedText("tahun", "year"),
}


def reporting(one: model.Reporting) -> LocalisedText:
    if one.cadence != "daily":
        each = _EACH[one.cadence]
        return LocalisedText(
            f"Perkembangan kinerja dilaporkan paling sedikit tiap {each.id}.",
            f"Progress is reported each {each.en} at least.",
        )
    said = LocalisedText(
        "Tiap hari kerja menuntut satu catatan tentang apa yang dikerjakan.",
        "Each working day wants an entry of what was done.",
    )
    if one.requires:
        said += LocalisedText(
            f"Tiap catatan memuat {listed(_ENTRY_PARTS[part].id for part in one.requires)}.",
            f"Each entry holds {listed(_ENTRY_PARTS[part].en for part in one.requires)}.",
        )
    return said


def step(one: model.WorkflowStep) -> LocalisedText:
    days = span(one.within)
    said = LocalisedText(f"Dikerjakan `{one.role}` dalam {days.id}.", f"Done by `{one.role}` within {days.en}.")
    if one.until is not None:
        month, day = int(one.until[:2]), int(one.until[3:])
        said += LocalisedText(
            f"Bila yang dievaluasi setahun: sampai {day} {_MONTHS[month - 1].id} tahun berikutnya.",
            f"Where a year is evaluated: until {day} {_MONTHS[month - 1].en} of the year after.",
        )
    if one.superior_within is not None:
        after = span(one.superior_within)
        said += LocalisedText(
            f"Bila terlewat, atasannya yang mengerjakan, dalam {after.id} sesudahnya.",
            f"Once that has passed it is for the superior, within {after.en}.",
        )
    if one.distinct_from:
        others = listed(f"`{role}`" for role in one.distinct_from)
        said += LocalisedText(f"Orangnya bukan {others}.", f"It is not the same person as {others}.")
    if one.may_change:
        what = listed(f"`{name}`" for name in one.may_change)
        said += LocalisedText(f"Boleh mengubah {what}.", f"May change {what}.")
    return said


_TERMS: dict[str, LocalisedText] = {
    "resources": LocalisedText("dukungan sumber daya", "what resources there are"),
    "accountability": LocalisedText("skema pertanggungjawaban", "how it is accounted for"),
    "consequences": LocalisedText("konsekuensi", "what follows from it"),
}
_PERSPECTIVES: dict[str, LocalisedText] = {
    "SERVICE_RECIPIENT": LocalisedText("penerima layanan", "who is served"),
    "BUSINESS_PROCESS": LocalisedText("proses bisnis", "the process of the work"),
    "INTERNAL_STRENGTHENING": LocalisedText("penguatan internal", "the strength of the organisation"),
    "BUDGET": LocalisedText("anggaran", "the budget"),
}


def _perspectives(one: model.PerspectiveRule) -> LocalisedText:
    whom = listed(f"`{name}`" for name in one.of)
    said = LocalisedText(
        f"Hasil kerja {whom} masing-masing berperspektif.", f"The results of {whom} each carry a perspective."
    )
    if one.required:
        said += LocalisedText(
            f"Paling sedikit satu tentang {listed(_PERSPECTIVES[name].id for name in one.required)}.",
            f"At least one is about {listed(_PERSPECTIVES[name].en for name in one.required)} each.",
        )
    return said


def plan(one: model.PlanRule) -> LocalisedText:
    said = (
        LocalisedText(
            "Satu rencana untuk setahun; tiap periode mengambil bagiannya.",
            "One plan is for the year, and each period takes its share of it.",
        )
        if one.of == "year"
        else LocalisedText("Tiap penilaian mempunyai rencananya sendiri.", "Each appraisal has a plan of its own.")
    )
    if one.requires:
        said += LocalisedText(
            f"Rencana menyebut {listed(_TERMS[part].id for part in one.requires)}.",
            f"A plan says {listed(_TERMS[part].en for part in one.requires)}.",
        )
    if one.perspectives is not None:
        said += _perspectives(one.perspectives)
    if one.loads == "within_target":
        said += LocalisedText(
            "Beban bawahan bersama-sama tidak melebihi target atasan yang dibagi.",
            "Loads of subordinates together don't exceed the target that they share in.",
        )
    if one.late is None:
        return said
    due = (
        LocalisedText("sebelum periodenya berakhir", "before its period ends")
        if one.by is None
        else LocalisedText(f"paling lambat {one.by} (bulan-hari)", f"by {one.by} (month-day)")
    )
    if one.late == "mark":
        return said + LocalisedText(
            f"Rencana ditetapkan {due.id}; yang terlambat ditandai.", f"It is fixed {due.en}; a later one is marked."
        )
    return said + LocalisedText(
        f"Rencana ditetapkan {due.id}; yang terlambat ditolak.", f"It is fixed {due.en}; a later one is refused."
    )


def reminders(written: str) -> LocalisedText:
    before = span(written)
    return LocalisedText(
        f"Siapa pun yang harus bertindak diingatkan {before.id} sebelum hari terakhir.",
        f"Whoever has to act is reminded {before.en} before the last day.",
    )


def feedback(one: model.FeedbackRule) -> LocalisedText:
    often = LocalisedText("tiap periode", "each period")
    if one.by_appraiser != "period":
        often = LocalisedText(f"tiap {_EACH[one.by_appraiser].id}", f"each {_EACH[one.by_appraiser].en}")
    return LocalisedText(
        f"Pejabat penilai memberi umpan balik paling sedikit sekali {often.id}; "
        "tidak ada angka yang bergantung padanya.",
        f"The appraiser gives feedback at least once {often.en}; no number rests on it.",
    )


_TAKEN = {
    "unit": LocalisedText("rekan di unit", "colleagues of the unit"),
    "programme": LocalisedText("rekan di program", "colleagues of a programme"),
    "unit_or_programme": LocalisedText("rekan di unit atau program", "colleagues of the unit or a programme"),
    "subordinates": LocalisedText("bawahan langsung", "whoever works directly under the employee"),
    "superior": LocalisedText("pejabat penilai", "whoever appraises"),
    "self": LocalisedText("pegawai sendiri", "the employee"),
    "named": LocalisedText("yang ditunjuk", "whoever is named"),
}


def assigning(one: model.AssigningRule) -> LocalisedText:
    opens, within = span(one.opens), span(one.within)
    said = LocalisedText(
        f"Penilai ditugaskan dan menilai sejak {opens.id} sebelum periode berakhir sampai {within.id} sesudahnya.",
        f"Raters are assigned, and rate from {opens.en} before the period ends to {within.en} after.",
    )
    for name, group in one.groups.items():
        taken = _TAKEN[group.from_]
        if group.from_ not in DRAWN_FROM:
            said += LocalisedText(f"`{name}`: {taken.id}.", f"`{name}`: {taken.en}.")
        elif group.count is None:
            said += LocalisedText(f"`{name}`: semua {taken.id}.", f"`{name}`: all of {taken.en}.")
        else:
            said += LocalisedText(
                f"`{name}`: {group.count} yang diundi dari {taken.id}.",
                f"`{name}`: {group.count} drawn from {taken.en}.",
            )
    if one.together > 1:
        said += LocalisedText(
            f"Yang kurang dari {one.together} hari bersama pegawai tidak ditugaskan.",
            f"Whoever was with the employee on fewer than {one.together} days is not assigned.",
        )
    if not one.mutual:
        said += LocalisedText("Dua rekan tidak saling menilai.", "No two colleagues rate each other.")
    if one.sealed:
        said += LocalisedText(
            "Sampai waktu itu lewat tidak seorang pun membaca penilaian mereka.",
            "Until that time is over nobody reads what they gave.",
        )
    if one.appraiser_told:
        said += LocalisedText("Pejabat penilai tahu siapa yang ditugaskan.", "Whoever appraises knows who is assigned.")
    return said


def objection(one: model.ObjectionRule) -> LocalisedText:
    days = span(one.within)
    said = LocalisedText(
        f"Keberatan diajukan kepada `{one.to}` dalam {days.id} sejak dokumen diterima.",
        f"An objection goes to `{one.to}` within {days.en} of receiving the document.",
    )
    if one.decide_within is not None:
        decide = span(one.decide_within)
        said += LocalisedText(f"Diputus dalam {decide.id}.", f"It is decided within {decide.en}.")
    if one.grounds_required:
        said += LocalisedText("Alasan harus disebut.", "Grounds must be given.")
    if one.final:
        said += LocalisedText("Putusannya final.", "The decision is final.")
    return said


def span(written: str) -> LocalisedText:
    """`P14D` is calendar days, `14 working_days` counts by the agency's calendar."""
    if written.startswith("P"):
        return LocalisedText(f"{written[1:-1]} hari kalender", f"{written[1:-1]} calendar days")
    return LocalisedText(f"{written.split()[0]} hari kerja", f"{written.split()[0]} working days")


def constraint(one: model.Constraint) -> LocalisedText:
    weights = "; ".join(
        f"`{name}`: {listed(f'`{child}` {plain(weight)}' for child, weight in of.items())}"
        for name, of in one.weights.items()
    )
    said = LocalisedText(f"Bobot harus {weights}.", f"The weights must be {weights}.")
    for has, words in (
        (one.when, LocalisedText("Berlaku bila", "Holds where")),
        (one.unless, LocalisedText("Tidak berlaku bila", "Does not hold where")),
    ):
        if has is not None:
            groups = listed(f"`{name}`" for name in has.has_any)
            said += LocalisedText(
                f"{words.id} panel `{has.panel}` mendengar salah satu dari {groups}.",
                f"{words.en} the panel `{has.panel}` hears any of {groups}.",
            )
    return said


def lock(one: model.Lock) -> LocalisedText:
    said = _locked(one)
    if one.deviation == "marked":
        said += LocalisedText(
            "Yang menyimpang harus menandainya sebagai aturan sendiri, bukan hukum.",
            "Whoever deviates must mark it as a rule of their own, not of the law.",
        )
    return said


def _locked(one: model.Lock) -> LocalisedText:
    match one.rule:
        case "final":
            return LocalisedText(
                f"Kebijakan turunan tidak boleh mengubah `{one.path}`.", f"No policy below may change `{one.path}`."
            )
        case "one_of":
            words = listed(f"`{_word(value)}`" for value in one.values)
            return LocalisedText(
                f"`{one.path}` harus salah satu dari {words}.", f"`{one.path}` must be one of {words}."
            )
        case "range":
            bounds = bounded(model.Cap(min=one.min, max=one.max))
            return LocalisedText(f"`{one.path}`: {bounds.id}", f"`{one.path}`: {bounds.en}")
        case _:
            assert_never(one.rule)


def _group(name: str, one: model.RaterGroup) -> LocalisedText:
    many = _how_many(one)
    said = LocalisedText(
        f"`{name}` berbobot {plain(one.weight)}% ({many.id}"
        + (", tanpa nama" if one.anonymous else "")
        + (f", skala `{one.scale}`" if one.scale else "")
        + ").",
        f"`{name}` weighs {plain(one.weight)}% ({many.en}"
        + (", anonymous" if one.anonymous else "")
        + (f", on the scale `{one.scale}`" if one.scale else "")
        + ").",
    )
    if one.all:
        said += LocalisedText(
            f"`{name}` didengar bila semua yang ditugaskan sudah menilai.",
            f"`{name}` is heard when every one who is assigned has rated.",
        )
    if one.min > 1 and one.below_min == "use_anyway":
        said += LocalisedText("Dipakai walaupun kurang dari itu.", "Used even where there are fewer.")
    if one.missing.startswith("reassign:"):
        heir = one.missing.removeprefix("reassign:")
        return said + LocalisedText(
            f"Bila kosong, bobotnya pindah ke `{heir}`.", f"If missing, its weight goes to `{heir}`."
        )
    return said + _missing(one.missing)


def _how_many(one: model.RaterGroup) -> LocalisedText:
    raters = "rater" if (one.max or one.min) == 1 else "raters"
    if one.max is None:
        return LocalisedText(f"paling sedikit {one.min} penilai", f"at least {one.min} {raters}")
    many = f"{one.min}" if one.min == one.max else f"{one.min}-{one.max}"
    return LocalisedText(f"{many} penilai", f"{many} {raters}")


def _missing(rule: str) -> LocalisedText:
    match rule:
        case "block":
            return LocalisedText("Bila kosong, penilaian terhenti.", "If it is missing, the appraisal stops.")
        case "zero":
            return LocalisedText("Bila kosong, dihitung 0.", "If it is missing, it counts as 0.")
        case "renormalise":
            return LocalisedText(
                "Bila kosong, yang lain dihitung tanpanya.", "If it is missing, the others are counted without it."
            )
        case _:
            raise ValueError(f"no rule for what is missing is called {rule}")


def _bands(policy: model.Policy, one: model.Bands) -> LocalisedText:
    name = _thing(policy, one.node)
    found: list[LocalisedText] = []
    for level, band in one.bands.items():
        asks = [condition(ask) for ask in band.requires]
        low = band.from_
        said = (
            LocalisedText(f"selebihnya `{level}`", f"anything else is `{level}`")
            if low == "min"
            else LocalisedText(f"mulai {plain(low)} menjadi `{level}`", f"from {plain(low)} it is `{level}`")
        )
        if asks:
            said = LocalisedText(
                f"{said.id} bila juga {listed(ask.id for ask in asks)}",
                f"{said.en} if also {listed(ask.en for ask in asks)}",
            )
        found.append(said)
    return LocalisedText(
        f"{name.id} dibaca dari atas: {'; '.join(one.id for one in found)}.",
        f"{name.en} is read from the top: {'; '.join(one.en for one in found)}.",
    )


def _thing(policy: model.Policy, name: str) -> LocalisedText:
    """An indicator or node by what people call it, and by its name in the file."""
    thing = policy.indicators.get(name) or policy.nodes[name]
    return LocalisedText(
        f"{_label(thing.label, 'id', name)} (`{name}`)", f"{_label(thing.label, 'en', name)} (`{name}`)"
    )


def _label(label: model.Label, language: str, name: str) -> str:
    return label.get(language) or next(iter(label.values()), name)


def _word(value: str | Decimal | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else plain(value)
