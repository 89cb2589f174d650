"""The sentences of problems and remarks in Chinese and English, each with its clause.

A sentence says what was found and what is allowed. A ``{name}`` is filled from the context of the violation; ``{hint}``
is the word that was probably meant, if there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["MESSAGES", "Message", "Sentence", "Words"]


class Sentence(NamedTuple):
    """A sentence in both languages.

    Fields:
        zh: The sentence in Chinese.
        en: The sentence in English.
    """

    zh: str
    en: str


class Words(NamedTuple):
    """The words for people who do not see the file format, for example in a workbook.

    Fields:
        keys: The words for keys of the file format.
        values: The words for values of the file format.
    """

    keys: Mapping[str, str]
    values: Mapping[str, str]


class Message(NamedTuple):
    """The entry of a code.

    Fields:
        clause: The clause on which it is based; None if only the file format requires it.
        zh: The sentence in Chinese.
        en: The sentence in English.
        part: The part of the document in which the clause requires it; None: in every part.
        group: The sentence for several violations at once.
        is_missing: Whether something is missing and nothing is wrong. Such problems come last.
    """

    clause: str | None
    zh: str
    en: str
    part: str | None = None
    group: Sentence | None = None
    is_missing: bool = False


MESSAGES: dict[str, Message] = {
    # reading a file
    "unreadable-file": Message(
        None, "无法读取文件“{found}”：{reason_zh}", "the file '{found}' cannot be read: {reason}"
    ),
    "unknown-format": Message(
        None,
        "文件“{found}”的格式不可用；可用：{allowed}",
        "the format of '{found}' is not one of those that can be taken here: {allowed}",
    ),
    "file-too-large": Message(
        None,
        "{measured_zh}超过 {allowed} {unit_zh}的上限",
        "{measured} is larger than the {allowed} {unit} that are read",
    ),
    "not-utf8": Message(
        None,
        "文件不是 UTF-8 编码（遇到字节 {found}）；请另存为 UTF-8",
        "the file is not UTF-8 (byte {found}); save it as UTF-8",
    ),
    "bad-character": Message(
        None, "含有不可见的控制字符 {found}，请删除", "there is a control character {found}; remove it"
    ),
    "not-yaml": Message(
        None,
        "不是合法的 YAML：“{text}”附近；请检查缩进、引号与半角冒号",
        "not valid YAML near '{text}': {reason}; look at the indentation, the quotes and the colons",
    ),
    "not-json": Message(None, "不是合法的 JSON：{reason_zh}", "not valid JSON: {reason}"),
    "several-documents": Message(
        None, "一个文件只能有一份文档（此处又用 --- 开始一份）", "a file holds one document; here a second one begins"
    ),
    "empty-document": Message(None, "文件是空的", "the file is empty"),
    "alias": Message(
        None,
        "不接受 YAML 锚点与别名（“{found}”），请写出全部内容",
        "anchors and aliases ('{found}') are not taken; write it out",
    ),
    "tag": Message(None, "不接受 YAML 标签（“{found}”），请删除", "YAML tags ('{found}') are not taken; remove it"),
    "too-deep": Message(None, "嵌套超过 {allowed} 层", "nested deeper than {allowed} levels"),
    "too-many-values": Message(None, "文件的内容超过 {allowed} 项", "the file holds more than {allowed} values"),
    "duplicate-key": Message(
        None, "“{found}”重复出现（第 {line} 行已有）", "'{found}' stands here again; it is already on line {line}"
    ),
    "json-duplicate-key": Message(None, "键“{found}”重复出现", "the key '{found}' stands here more than once"),
    "key-not-text": Message(None, "键必须是文字", "a key has to be a text"),
    "too-many-problems": Message(
        None,
        "只列出前 {shown} 个问题，另有 {left} 个",
        "only the first {shown} problems are shown; there are {left} more",
    ),
    # the form of the document
    "not-a-mapping": Message(
        None, "此处应为“键: 值”的形式，而不是“{found}”", "'{found}' stands where a mapping (key: value) is needed"
    ),
    "not-a-list": Message(None, "此处应为列表，而不是“{found}”", "'{found}' stands where a list is needed"),
    "not-text": Message(None, "此处应为文字，而不是“{found}”", "'{found}' stands where a text is needed"),
    "blank": Message(None, "此处不能留空", "this may not be blank"),
    "empty-list": Message(None, "列表至少要有一项", "the list needs at least one entry"),
    "invalid-value": Message(None, "“{found}”不可用：{reason}", "'{found}' cannot be used: {reason}"),
    "unknown-key": Message(
        None, "没有“{found}”这个键；可用：{allowed}{hint}", "there is no key '{found}'; there are: {allowed}{hint}"
    ),
    "missing-key": Message(None, "缺少“{key}”", "'{key}' is missing"),
    "unknown-word": Message(
        None, "“{found}”不是可用的词；可用：{allowed}{hint}", "'{found}' is not one of: {allowed}{hint}"
    ),
    "not-a-date": Message(
        None,
        "“{found}”不是日期；日期写作 2026-03-02{hint}",
        "'{found}' is not a date; a date is written 2026-03-02{hint}",
    ),
    "not-yes-or-no": Message(
        None, "“{found}”应为 true（是）或 false（否）{hint}", "'{found}' is neither true nor false{hint}"
    ),
    "period-reversed": Message(
        "7.1", "结束日期 {found} 早于开始日期 {start}", "the end {found} is before the start {start}"
    ),
    # numbers
    "not-a-number": Message(
        None,
        "“{found}”不是数；数写作 0.6、60% 或 3/5{hint}",
        "'{found}' is not a number; a number is written 0.6, 60% or 3/5{hint}",
    ),
    "number-too-long": Message(
        None,
        "数“{found}”过长；文字至多 100 个字符，指数在 ±100 之间，程序给出的数至多 1000 位",
        "the number '{found}' is too long: at most 100 characters, exponents within ±100, 1,000 digits from a program",
    ),
    "json-number": Message(
        None,
        "JSON 中不是整数的数“{found}”会先被读成二进制浮点数，不再准确；"
        '请写成加引号的文字，如 "0.9"，或用 load_evaluation 读取',
        "a JSON number that is not written as a whole one, such as {found}, becomes a binary float before it is read;"
        ' write a text such as "0.9", or use load_evaluation',
    ),
    "not-whole": Message(None, "“{found}”不是整数", "'{found}' is not a whole number"),
    "out-of-range": Message(
        "6.2.2", "{found} 超出允许范围：{allowed_zh}{hint}", "{found} is out of range: {allowed}{hint}", part="findings"
    ),
    "calculated-float": Message(
        "6.2.2",
        "{found} 是浮点运算的结果，可能有舍入误差；请用 Fraction、Decimal 或文字给出原数{hint}",
        "{found} is a float that comes from arithmetic and may be off by a rounding error; give a Fraction, "
        "a Decimal or text{hint}",
        part="findings",
    ),
    "unlike-units": Message(
        "6.2.2",
        "“{found}”与 {beside} 单位不一致，是否应为 {meant_zh}？请写明百分号",
        "'{found}' stands beside {beside} and has no %; write {meant}",
    ),
    # findings
    "not-a-finding": Message(
        "6.2.2",
        "“{found}”不是认定；应为 full（完全符合）、none（完全不符合）或带 kind 的各项{hint}",
        "'{found}' is not a finding; it is full, none, or a mapping with a kind{hint}",
    ),
    "missing-kind": Message(
        "6.2.2",
        "缺少 kind（认定方式或事件种类）；可用：{allowed}",
        "the kind is missing; there are: {allowed}",
        part="findings",
    ),
    "unknown-kind": Message(
        "6.2.2",
        "没有“{found}”这种认定方式或事件种类；可用：{allowed}{hint}",
        "there is no kind '{found}'; there are: {allowed}{hint}",
        part="findings",
    ),
    "missing-limit": Message(
        "6.2.2",
        "定量认定缺少规定值：请写 at_least（不低于）或 at_most（不高于）",
        "a quantitative finding needs its limit: at_least or at_most",
    ),
    "two-limits": Message(
        "6.2.2", "at_least 与 at_most 只能写一个", "at_least and at_most are both given; one is allowed"
    ),
    "missing-population": Message(
        "6.2.2",
        "抽样认定须写 population（总样本数），或同时写 outlets 与 outlets_covered（网点数与覆盖网点数）；"
        "后两项不能只写一项",
        "a sampled finding needs its population, or both outlets and outlets_covered; neither of these two "
        "stands alone",
    ),
    "sampled-exceeds-population": Message(
        "6.2.2", "抽样数 {found} 大于总样本数 {allowed}", "{found} were sampled of a population of {allowed}"
    ),
    "nonconforming-exceeds-sampled": Message(
        "6.2.2", "不符合数 {found} 大于抽样数 {allowed}", "{found} did not conform of {allowed} that were sampled"
    ),
    "covered-exceeds-outlets": Message(
        "6.2.2", "覆盖网点数 {found} 大于网点总数 {allowed}", "{found} outlets were covered of {allowed}"
    ),
    "covered-exceeds-sampled": Message(
        "6.2.2",
        "覆盖网点数 {found} 大于抽样数 {allowed}；每个覆盖的网点至少抽取 1 项",
        "{found} outlets were covered by {allowed} items; each outlet that is covered gives at least one",
    ),
    "sample-too-small": Message(
        "6.2.2",
        "样本不足：抽样 {sampled}{of_zh}；{needed_zh}",
        "the sample is too small: {sampled} sampled{of}; {needed}",
    ),
    # against the standard
    "unknown-standard": Message(
        None,
        "没有标准“{found}”；可用：{allowed}{hint}",
        "the standard '{found}' is not known; there are: {allowed}{hint}",
    ),
    "unknown-edition": Message(
        None, "标准没有 {found} 版；可用：{allowed}", "the standard has no edition {found}; there are: {allowed}"
    ),
    "standard-mismatch": Message(
        None,
        "评价依据是“{found}”，而所用标准是“{allowed}”",
        "the evaluation names '{found}', the standard is '{allowed}'",
    ),
    "unknown-indicator": Message(
        "5", "标准没有指标“{found}”{near_zh}{hint}", "the standard has no indicator '{found}'{near}{hint}"
    ),
    "conflicting-findings": Message(
        "6.2.3",
        "{found} 已随 {allowed} 整体删减，不能再单独认定",
        "{found} is already deleted with {allowed}; it cannot have a finding of its own",
    ),
    "group-has-findings": Message(
        "6.2.3",
        "{found} 已整体删减，但其中 {allowed} 又各有认定",
        "{found} is deleted as a whole, yet {allowed} have findings of their own",
    ),
    "group-not-deleted": Message(
        "6.2.3",
        "{found} 不是小类指标，只能整体删减（not_applicable）；认定请写在各指标上",
        "{found} is a group: it can only be deleted as a whole (not_applicable); findings belong to its indicators",
    ),
    "kind-not-allowed": Message(
        "6.2.2",
        "{indicator} 的规定值由标准给出，只能用定量认定（quantitative）或删减，不能用“{kind}”",
        "the standard sets the limit of {indicator}: it takes a quantitative finding or a deletion, not '{kind}'",
    ),
    "limit-not-allowed": Message(
        "6.2.2",
        "{indicator} 的规定值由标准给出（{sign} {allowed}），此处不应再写",
        "the limit of {indicator} is the standard's own ({sign} {allowed}); leave it out",
    ),
    "unknown-row": Message(
        "6.2.4", "表 1 没有第 {found} 行；可用：{allowed}", "table 1 has no row {found}; there are: {allowed}"
    ),
    "degree-outside-row": Message(
        "6.2.4",
        "符合程度 {found} 不在表 1 第 {row} 行的范围 {allowed} 内",
        "the degree {found} is outside row {row} of table 1, which is {allowed}",
    ),
    "unknown-member": Message(
        "6.2.3", "“{found}”不在评价小组中；成员：{allowed}{hint}", "'{found}' is not in the team: {allowed}{hint}"
    ),
    "missing-finding": Message(
        "6.1.2",
        "“{title_zh}”尚无认定",
        "'{title}' has no finding yet",
        group=Sentence(
            "“{title_zh}”的 {count} 项指标均尚无认定", "none of the {count} indicators of '{title}' has a finding yet"
        ),
        is_missing=True,
    ),
    "nothing-applicable": Message(
        "6.2.3", "全部指标都被删减，无法计算得分", "every indicator is deleted, so there is no score"
    ),
    # the standard itself
    "points-do-not-add-up": Message(
        "6.2.1",
        "{found} 的下级分值合计 {total}，应为 {allowed}",
        "the parts of {found} add up to {total}, not to {allowed}",
    ),
    "altered-standard": Message(
        "6.2.1",
        "内置标准 {id}（{edition} 版）已有此编号与版本，但规则不同（{found}）；请另取编号或版本",
        "{id} ({edition}) is bundled with other rules (different: {found}); give this standard an id or an "
        "edition of its own",
    ),
    "reworded-standard": Message(
        None,
        "所用标准文件与内置标准 {id}（{edition} 版）的规则相同，但文字不同",
        "the standard's file has the rules of the bundled {id} ({edition}) and other texts",
    ),
    "proportion-without-limit": Message(
        "5",
        "{found} 标为占比（proportion），须有不超过 100% 的规定值（at_least 或 at_most）",
        "{found} is marked as a proportion; it needs a limit (at_least or at_most) of at most 100%",
    ),
    "duplicate-id": Message("5", "编号 {found} 重复", "the id {found} is used twice"),
    "misplaced-id": Message(
        "5", "编号 {found} 不应在此处；此处应为 {allowed}", "the id {found} does not belong here; here comes {allowed}"
    ),
    "row-gap": Message(None, "{lower} 与 {upper} 之间没有对应的行", "there is a gap between {lower} and {upper}"),
    "row-overlap": Message(None, "{lower} 与 {upper} 之间有两行重叠", "two rows overlap between {lower} and {upper}"),
    "empty-band": Message(None, "{lower} 至 {upper} 之间没有任何值", "there is nothing between {lower} and {upper}"),
    "misplaced-row": Message(
        None, "行号 {found} 不应在此处；此处应为 {allowed}", "row {found} does not belong here; here comes {allowed}"
    ),
    "scorecard-mismatch": Message(
        "6.2.3",
        "“{found}”与由认定重新计算的结果“{allowed}”不符",
        "'{found}' differs from '{allowed}', which the findings give",
    ),
    # the workbook
    "not-a-workbook": Message(
        None,
        "文件不是可读的 .xlsx 工作簿；如有密码请先去除，旧格式请另存为 .xlsx",
        "not an .xlsx workbook that can be read ({reason}); take off a password, save an old format as .xlsx",
    ),
    "missing-sheet": Message(None, "缺少工作表“{found}”", "the sheet '{found}' is missing"),
    "row-above-head": Message(
        None,
        "此行在表头之上，不会被读取；请移到表头之下",
        "this row stands above the head of its sheet, where nothing is read; move it below",
    ),
    "sheet-too-large": Message(
        None, "工作表有 {found} 个单元格，超过 {allowed}", "the sheet has {found} cells, more than {allowed}"
    ),
    "missing-column": Message(None, "缺少“{found}”列", "the column '{found}' is missing"),
    "duplicate-column": Message(None, "“{found}”列重复", "the column '{found}' is there twice"),
    "unknown-column": Message(
        None,
        "不认识有内容的列“{found}”，请删除或移到别的工作表",
        "the column '{found}' is not known and not empty; take it out",
    ),
    "row-without-id": Message(
        None, "此行有内容而没有编号、项目或姓名", "this row says something and has no id, item or name"
    ),
    "unknown-fact": Message(
        None, "没有“{found}”这一项；可用：{allowed}", "there is no item '{found}'; there are: {allowed}"
    ),
    "merged-cells": Message(None, "{found} 是合并单元格，请取消合并", "{found} is merged; undo it"),
    "unused-cell": Message(
        "6.2.2",
        "“{kind}”不用此格，其中的“{found}”应删除",
        "a finding of the kind '{kind}' does not use this cell; take out '{found}'",
    ),
    "title-mismatch": Message(
        "5",
        "标准中 {indicator} 的{what_zh}是“{allowed_zh}”，此处是“{found}”；请核对编号",
        "in the standard the {what} of {indicator} is '{allowed}', here it is '{found}'; look at the id",
    ),
    "evidence-without-finding": Message(
        "6.1.3", "{found} 没有认定，其证据无从归属", "{found} has no finding that this evidence could belong to"
    ),
    "formula-without-value": Message(
        None,
        "公式没有计算结果；请在表格软件中打开并保存，或改填数值",
        "the formula has no value; open and save the file, or write the value",
    ),
    "error-value": Message(None, "单元格的值是错误 {found}", "the cell holds the error {found}"),
    "inexact-cell": Message(
        None,
        "单元格的数 {found} 可能已被表格软件舍入；请设为文本格式后写出原数，如 1/3",
        "a spreadsheet may have rounded the number {found} in this cell; set it to text and write the number "
        "itself, as 1/3",
    ),
    "date-in-cell": Message(
        None,
        "单元格的内容是{held_zh}；请将单元格设为文本格式后重填",
        "the cell holds {held}; set it to text and write it again",
    ),
    "percent-sign-in-format": Message(
        None,
        "单元格显示“{found}”，实际的数却是 {allowed}，百分比只是显示格式；请将单元格设为文本格式后重填{hint}",
        "the cell shows '{found}' and holds {allowed}: the percentage is only its format; set it to text and "
        "write it again{hint}",
    ),
    "shown-otherwise": Message(
        None,
        "单元格显示“{found}”，实际的数却是 {allowed}；请将单元格设为文本格式后重填",
        "the cell shows '{found}' and holds {allowed}; set it to text and write the number that is meant",
    ),
    "shown-by-condition": Message(
        None,
        "按条件格式，单元格可能显示为“{found}”，读取的却是“{allowed}”；请删除此处的条件格式，"
        "或将单元格设为文本格式后重填",
        "by a conditional format the cell may show '{found}', and is read as '{allowed}'; "
        "take the conditional format off this cell, or set it to text and write it again",
    ),
    "too-many-conditions": Message(
        None,
        "工作表中含数字格式的条件格式过多，无法逐一核对；请删除这些条件格式",
        "the sheet has too many conditional formats with a number format to look at each; take these off",
    ),
    "unlike-shown-units": Message(
        "6.2.2",
        "单元格显示“{found}”，而 {beside} 显示“{allowed}”，单位不同；请换算为同一单位后重填",
        "the cell shows '{found}' and {beside} shows '{allowed}': the units differ; convert both to one unit",
    ),
    "duplicate-sheet": Message(
        None,
        "工作表“{found}”{hidden_zh}与“{allowed}”{also_hidden_zh}是同一种表而内容不同，无法判断以哪一个为准；"
        "请删除不用的工作表",
        "the sheets '{found}'{hidden} and '{allowed}'{also_hidden} are of one kind and differ; delete the "
        "one that does not count",
    ),
    "second-head": Message(
        None,
        "此处又有一行“{found}”的表头；一个工作表只能有一个表头，请删除或移到别的工作表",
        "here the head of '{found}' stands a second time; a sheet has one head: take this one out",
    ),
    "sheet-copy": Message(
        None,
        "工作表“{found}”{hidden_zh}与“{allowed}”{also_hidden_zh}是同一种表，内容相同或为空，未被读取；如无用处请删除",
        "the sheet '{found}'{hidden} is of the kind of '{allowed}'{also_hidden} and is equal or empty; it is "
        "not read: delete it if it has no use",
    ),
    "shown-rounded": Message(
        None,
        "单元格显示“{found}”，读取的数是 {allowed}{more_zh}；请核对是否应为所显示的数",
        "the cell shows '{found}' and is read as {allowed}{more}; look whether the number that is shown is meant",
    ),
    "unit-at-one": Message(
        "6.2.2",
        "单元格显示“{found}”，而 {beside} 显示“{allowed}”，没有单位{more_zh}；请核对两者单位是否相同",
        "the cell shows '{found}' and {beside} shows '{allowed}', without a unit{more}; look whether the "
        "unit is the same",
    ),
    "day-not-shown": Message(
        None,
        "单元格没有显示完整的日期，读作 {found}；请核对",
        "the cell does not show the whole date, which is read as {found}; look at it",
    ),
    "duplicate-cell": Message(
        None,
        "文件中这个单元格出现两次；请在表格软件中打开并另存",
        "the file holds this cell twice; open it in a spreadsheet and save it again",
    ),
    "unwritable-text": Message(
        None,
        "{place} 的文字无法写入工作簿：“{found}”",
        "the text for {place} cannot be written to a workbook: '{found}'",
    ),
    # remarks (R20)
    "reason-without-deduction": Message(
        "6.2.2",
        "未扣分却写有扣分原因{of_zh}；请核对认定，或删去原因",
        "a reason is given and nothing is deducted{of}; look at the finding, or leave the reason out",
    ),
    "empty-reason": Message(
        "6.1.4", "所写理由没有实际内容{of_zh}；请写明具体理由", "the reason says nothing{of}; give the actual one"
    ),
    "confirmed-by-one": Message(
        "6.2.3",
        "评价小组不止一人，删减只由一名成员确认{of_zh}；请核对",
        "one member of a larger team confirmed the deletion{of}; look whether the team agrees",
    ),
    "half-deleted": Message(
        "6.2.3",
        "删减的分值合计 {found} 分，达到满分 {allowed} 分的一半或更多；请核对指标的适用性",
        "{found} of {allowed} points are deleted, half or more; look at what is not applicable",
    ),
    "full-without-evidence": Message("4.2", "判为满分，但没有证据{of_zh}", "full marks without evidence{of}"),
    "deduction-without-evidence": Message("4.2", "有扣分，但没有证据{of_zh}", "a deduction without evidence{of}"),
    "sampling-expected": Message(
        "6.2.2",
        "标准列为需抽样验证的指标，此处未按抽样认定{of_zh}",
        "the standard names the indicator as one to be verified by sampling; it is judged otherwise{of}",
    ),
    "long-number": Message(
        "6.2.2",
        "符合程度超过 15 位有效数字，可能是浮点运算的结果{of_zh}；请核对原数",
        "the degree has more than 15 significant digits, as float arithmetic leaves it{of}; look at the number",
    ),
    "near-limit": Message(
        "6.2.2",
        "实际值与规定值相差不超过 10⁻⁹ 却不相等，可能是舍入误差{of_zh}；请核对原数",
        "the actual value is within 10⁻⁹ of its limit and not on it, as rounding errors leave it{of}; look "
        "at the number",
    ),
    "limit-looks-swapped": Message(
        "6.2.2",
        "规定值的方向可能写反{of_zh}：不低于的比例不足一半且已超过，或不高于的比例超过一半；请核对",
        "the limit may be of the other kind{of}: 'at least' less than half and exceeded, or 'at most' more than half",
    ),
    "far-from-limit": Message(
        "6.2.2",
        "实际值与规定值相差十倍或更多{of_zh}；请核对两者的单位，以及是否写反",
        "actual value and limit differ tenfold or more{of}; look at their units, and whether they are exchanged",
    ),
    "unlike-sizes": Message(
        "6.2.2",
        "实际值与规定值一个大于 1、一个小于 1，且均无百分号{of_zh}；请核对两者的单位",
        "of actual value and limit one is above 1, the other below, and none has a %{of}; look at their units",
    ),
    "bare-proportion": Message(
        "6.2.2",
        "占比写作小数，且达到一半或更多{of_zh}：0.8 读作 80%；请核对是否漏写百分号",
        "the proportion is half or more and has no %{of}: 0.8 is read as 80%; look whether a % is missing",
    ),
    "most-nonconforming": Message(
        "6.2.2",
        "样本中不符合的超过一半{of_zh}；请核对是否误填为符合数",
        "more than half of the sample does not conform{of}; look whether the conforming items were counted",
    ),
    "no-outlet-covered": Message(
        "6.2.2",
        "抽有样本，覆盖网点数却为 0{of_zh}；请核对",
        "items were sampled and no outlet is covered{of}; look at the counts",
    ),
    # the plan (6.1)
    "missing-in-plan": Message("6.1.2", "评价计划须有{what_zh}", "a plan needs {what}"),
    "basis-without-standard": Message(
        "6.1.2", "评价依据中没有所用标准 {allowed}", "the basis does not name the standard, {allowed}"
    ),
    "duplicate-member": Message("6.1.2", "评价小组中“{found}”重复", "'{found}' is in the team twice"),
    "not-independent": Message(
        "4.1",
        "“{found}”属于被评价组织“{allowed}”，第三方评价的审查人员须独立",
        "'{found}' belongs to '{allowed}', which is evaluated; a third party's assessors are independent",
    ),
    "independence-unknown": Message(
        "4.1",
        "没有写明“{found}”所在机构，无法判断其独立性",
        "the organisation of '{found}' is not named, so whether they are independent is not known",
    ),
    "no-document-review-planned": Message(
        "6.1.3", "时间安排中没有文件审查（review: documents）", "no document review is planned (review: documents)"
    ),
    "no-on-site-review-planned": Message(
        "6.1.3", "时间安排中没有现场审查（review: on_site）", "no review on site is planned (review: on_site)"
    ),
    "on-site-without-methods": Message(
        "6.1.3",
        "现场审查须写明方式（methods）：interview、observation、customer",
        "a review on site names its methods: interview, observation, customer",
    ),
    "documents-with-methods": Message(
        "6.1.3",
        "文件审查不用现场方式；请改为 review: on_site，或去掉 methods",
        "a review of documents has no methods on site; make it review: on_site, or leave them out",
    ),
    "not-covered": Message("6.1.2", "{found} “{title_zh}”没有安排审查人员", "nobody assesses {found} '{title}'"),
    # the report (7.1)
    "missing-for-report": Message("7.1", "评价报告须有{what_zh}", "a report needs {what}"),
    "missing-reason": Message(
        "7.1",
        "“{title_zh}”扣 {points} 分，须写明扣分原因（reason）",
        "'{title}' loses {points} points; the report needs the reason",
    ),
    "issued-before-end": Message(
        "7.1",
        "出具日期 {found} 早于评价结束日期 {allowed}；评价完成后才能出具报告",
        "a report is issued after the evaluation; {found} is before its end, {allowed}",
    ),
    "no-document-review": Message(
        "6.1.3",
        "没有任何文件审查的证据（method: document）",
        "there is no evidence of a document review (method: document)",
    ),
    "no-on-site-review": Message(
        "6.1.3",
        "没有任何现场审查的证据（method: interview、observation、customer）",
        "there is no evidence of a review on site (method: interview, observation, customer)",
    ),
    "unknown-report-format": Message(
        None, "报告不能写成“{found}”；可用：{allowed}", "a report cannot be written as '{found}'; there are: {allowed}"
    ),
    "no-font": Message(
        None,
        "本机没有可用的中文字体；请安装其中之一：{allowed}",
        "no font for Chinese is installed; install one of: {allowed}",
    ),
    # the certificate (7.2)
    "no-term": Message("7.2.3", "标准“{found}”没有规定期限", "the standard '{found}' sets no term"),
    "calendar-unknown": Message(
        "7.1",
        "{found} 年的法定工作日历未公布或未收录，无法计算到期日（可更新 chinesecalendar）",
        "the statutory calendar of {found} is not published or not known; an update of chinesecalendar may have it",
    ),
    "draft-report": Message(
        "7.1", "报告是草稿，不能据以发证", "the report is a draft; no certificate is issued from it"
    ),
    "not-third-party": Message(
        "6.1.1",
        "评价类型是“{found}”；只有第三方评价（third_party）可以发证",
        "the evaluation is of type '{found}'; only a third_party one leads to a certificate",
    ),
    "not-passed": Message(
        "6.3.2", "得分 {found} 未达合格线 {allowed}", "a score of {found} is below the pass line of {allowed}"
    ),
    "stars-mismatch": Message(
        "6.3.3",
        "{score} 分是 {allowed} 星，不是 {found} 星",
        "a score of {score} gives the stars {allowed}, not {found}",
    ),
    "issued-too-early": Message(
        "7.2.3",
        "{found} 早于评价结束日 {allowed}",
        "{found} is before {allowed}, the day on which the evaluation ended",
    ),
    "report-later": Message(
        "7.2.1",
        "{found} 早于评价报告的日期 {allowed}；证书以报告为依据",
        "{found} is before {allowed}, the day of the report that a certificate rests on",
    ),
    "old-evaluation": Message(
        "7.2.3",
        "评价于 {found} 结束，不晚于本期起始日 {allowed}；续期须依据新的评价",
        "the evaluation ended on {found}, not after {allowed}, when the present term began; a renewal needs a new one",
    ),
    "event-before-issue": Message(
        "7.2.3", "{found} 早于发证日 {allowed}", "{found} is before the day of issue, {allowed}"
    ),
    "event-out-of-order": Message(
        "7.2.3",
        "{found} 早于前一事件的 {allowed}；事件须按日期先后排列",
        "{found} is before {allowed}, the day of the event above; events stand in the order of their days",
    ),
    "event-after-revocation": Message(
        "7.2.4",
        "证书已于 {allowed} 撤销，{found} 不能再有事件",
        "the certificate was revoked on {allowed}; nothing follows on {found}",
    ),
    "event-after-lapse": Message(
        "7.2.3",
        "{found} 晚于最后一日 {allowed}，证书已到期失效",
        "{found} is after {allowed}, the last day for it; the certificate has lapsed",
    ),
    "not-a-downgrade": Message(
        "7.2.4",
        "降级后的星级 {found} 须低于原来的 {allowed} 星",
        "a downgrade to {found} stars; it has to be below the {allowed} that it has",
    ),
    # comparison and improvement (6.1.5, 7.1)
    "too-few-to-compare": Message(
        "6.1.5", "至少要有两份结果才能对比，只有 {found} 份", "two results are needed to compare, there are {found}"
    ),
    "needed-to-compare": Message(
        "6.1.5", "第 {position} 份评价没有写明{what_zh}，不能对比", "evaluation {position} does not say its {what}"
    ),
    "not-comparable": Message(
        "6.1.5",
        "第 {position} 份的{what_zh}是“{found}”，第 1 份是“{allowed}”，不可对比",
        "evaluation {position} has the {what} '{found}', the first has '{allowed}'; they cannot be compared",
    ),
    "other-organisation": Message(
        "6.1.5", "“{found}”与“{allowed}”不是同一组织", "'{found}' and '{allowed}' are two organisations"
    ),
    "not-later": Message(
        "6.1.5",
        "后一次评价（{found} 结束）不晚于前一次（{allowed} 结束）",
        "the second evaluation ended on {found}, not after {allowed}, when the first did",
    ),
    "unknown-stars": Message(
        "6.3.3", "没有 {found} 星；可用：{allowed}", "there is no rating of {found} stars; there are: {allowed}"
    ),
    "cost-of-group": Message(
        None,
        "{found} 不是小类指标，没有费用；费用请写在各指标上",
        "{found} is a group and has no cost of its own; costs belong to its indicators",
    ),
    "undated-change": Message(
        "6.1.5",
        "各次评价须写明互不相同的结束日期，才能看出变化的先后",
        "the evaluations have to end on days that they name and that differ, to tell which came first",
    ),
    "too-hard": Message(
        None,
        "考察 {allowed} 种组合后仍不能证明哪一种费用最低；请给出更整齐的费用（如整百元）",
        "{allowed} sets were looked at and none is proven to be the cheapest; give rounder costs",
    ),
    # how sure the stars are
    "range-not-qualitative": Message(
        "6.2.2",
        "只有定性认定才有符合程度的范围；{indicator} 是“{found}”",
        "a range is for the degree of a qualitative finding; {indicator} is '{found}'",
    ),
    "range-of-group": Message(
        "6.2.2",
        "{found} 不是小类指标，没有符合程度；范围请写在各指标上",
        "{found} is a group and has no degree; ranges belong to its indicators",
    ),
    "not-a-range": Message(None, "“{found}”不是两个数组成的范围", "{found} is no range of two numbers"),
    "range-reversed": Message(
        None, "范围的下限 {found} 大于上限 {allowed}", "the range begins at {found} and ends below that, at {allowed}"
    ),
    "too-many-unseen": Message(
        None,
        "未抽到的有 {found} 项，超过可计算的 {allowed} 项",
        "{found} items are unseen, more than the {allowed} that can be reckoned with",
    ),
    # tables of evaluations
    "not-a-table": Message(
        None,
        "“{found}”不是表格：须有 __arrow_c_stream__（pyarrow、polars、pandas、duckdb 等均有）{more_zh}",
        "'{found}' is no table: it needs __arrow_c_stream__, as those of pyarrow, polars, pandas and duckdb have{more}",
    ),
    "not-handed-over": Message(
        None,
        "“{found}”无法作为 Arrow 表格交出：{reason}",
        "the {found} cannot be handed over as a table of Arrow: {reason}",
    ),
    "too-many-stars": Message(
        None,
        "标准有 {found} 个星级，表格评分最多可有 {allowed} 个",
        "the standard has {found} stars; by tables at most {allowed} can be told",
    ),
    "not-a-batch": Message(
        None,
        "“{found}”不是 pyarrow.RecordBatch；一个表格请用 score_table，或以其 to_batches() 传入",
        "'{found}' is no pyarrow.RecordBatch; a table is for score_table, or gives batches by to_batches()",
    ),
    "miswritten-column": Message(
        None,
        "列名 {found} 应写作 {allowed}，不加空白，用半角字符",
        "the column {found} is to be called {allowed}, without blanks and in half-width characters",
    ),
    "other-schema": Message(
        None,
        "这一批的列与第一批不同（{found}）；请先统一各批的列、次序与类型",
        "this batch has other columns than the first ({found}); make columns, order and types the same",
    ),
    "not-shares": Message(
        "6.2.2",
        "类型为 {found} 的列不能表示得分比例；可用："
        "整数、十进制小数、float32/float64、文字、由两个整数（分子、分母）组成的结构",
        "a column of the type {found} holds no shares; there are: whole numbers, decimals, float32 and float64, texts,"
        " structs of two whole numbers (numerator, denominator)",
    ),
    "nonconforming-pair": Message(
        "6.2.2",
        "字段“{found}”是不符合数；此处须给出符合数与抽样数（符合数 = 抽样数 − 不符合数）",
        "the field '{found}' counts what does not conform; a pair is what conforms over what was sampled",
    ),
    "pair-of-limit": Message(
        "6.2.2",
        "此指标的规定值由标准给出，“{found}”是实际占比，而不是得分比例；请先除以规定值（最多为 1），以分子 / 分母给出",
        "the standard sets the limit of this indicator: '{found}' is the actual value and not a share; "
        "divide it by the limit"
        " (at most 1), and name the fields numerator and denominator",
    ),
    "unknown-pair": Message(
        "6.2.2",
        "字段“{found}”无法确认哪个是符合数、哪个是抽样数；字段名可用（符合数 / 抽样数；分子 / 分母）：{allowed}",
        "the fields '{found}' do not show what conforms, and of how many; names may be (what conforms / of "
        "how many; numerator"
        " / denominator): {allowed}",
    ),
    "unnamed-columns": Message(None, "第 {found} 列没有列名", "these columns have no name: {found}"),
    "no-indicator-columns": Message(
        "6.1.2",
        "没有以指标编号（{allowed} 等）为名的列；现有列：{found}",
        "none of the columns has the id of an indicator, such as {allowed}, for its name; there are: {found}",
    ),
    "group-column": Message(
        "6.2.2",
        "{found} 不是小类指标；得分比例请写在其各指标的列中",
        "{found} is a group; shares stand in the columns of its indicators",
    ),
    "not-a-group": Message(
        None,
        "{found} 是小类指标；结果只按大类和中类给出",
        "{found} is an indicator; results are given for categories and subcategories",
    ),
    "result-column": Message(
        None,
        "列名“{found}”留给评分结果，请将该列改名",
        "the name '{found}' is needed for a result; give that column another",
    ),
    "not-decimals": Message(
        None,
        "类型为 {found} 的列不是整数，也不是不超过 128 位、18 位小数的十进制小数，无法给出十进制的得分",
        "a column of the type {found} holds neither whole numbers nor decimals of at most 128 bits and 18 "
        "places, so its"
        " sums are none",
    ),
    "decimal-of-csv": Message(
        None,
        "CSV 中的得分比例是文字，得分以浮点数给出；--decimal 只用于各列为整数或十进制小数的 Parquet",
        "the shares of a CSV are texts, so points come out as floats; --decimal is for Parquet with columns "
        "of whole numbers"
        " or decimals",
    ),
    "no-decimal-sums": Message(
        None,
        "标准的分值不是有限小数，或得分的位数过多，无法以十进制小数给出",
        "the points of the standard do not terminate as decimals, or the sums have too many digits to be given so",
    ),
    "null-share": Message(
        "6.1.2",
        '得分比例为空，视为尚无认定；如空值表示因不适用而删减（6.2.3），请用 null="not_applicable"（命令：--null'
        " not_applicable）",
        'the share is null, so a finding is missing; where null means deleted (6.2.3): null="not_applicable" (command:'
        " --null not_applicable)",
    ),
    "half-pair": Message("6.2.2", "分子与分母只给出一个", "of numerator and denominator only one is given"),
    "denominator-not-positive": Message("6.2.2", "分母须大于 0", "the denominator has to be above 0"),
    "unknown-table-format": Message(
        None,
        "不认识表格文件“{found}”的格式；可用 .parquet、.csv",
        "the format of '{found}' is not known; .parquet and .csv are",
    ),
    "not-parquet": Message(
        None, "不是可读的 Parquet 文件：{reason_zh}", "not a Parquet file that can be read: {reason}"
    ),
    "too-many-columns": Message(
        None,
        "表头有 {found} 列，最多可有 {allowed} 列",
        "columns in the head: {found}, more than the {allowed} that there may be",
    ),
    "no-commas": Message(
        None,
        "表头没有逗号，而有{found_zh}；CSV 的各列须以逗号分隔",
        "the head has no commas but {found}; commas divide the columns of a CSV",
    ),
    "ragged-csv": Message(
        None,
        "此行的列数为 {found}，表头（第 {line} 行）为 {allowed}",
        "columns in this row: {found}, in the head (line {line}): {allowed}",
    ),
    "open-quote": Message(None, "此行有引号没有闭合", "a quote opens in this line that is never closed"),
    "stray-quote": Message(
        None,
        "此行有单元格在引号闭合之后还有文字（第 {found} 行）；单元格内的引号须写两次",
        "a cell of this row goes on behind the quote that closes it (line {found}); a quote within a cell is "
        "written twice",
    ),
    "row-too-long": Message(
        None,
        "从这里开始的一行达到或超过 {allowed} 字节；是否有引号没有闭合？",
        "the row that begins here has {allowed} bytes or more; is there a quote that is not closed?",
    ),
    "not-csv": Message(None, "不是可读的 CSV：{reason_zh}", "not a CSV that can be read: {reason}"),
    "row-count": Message(
        None,
        "文件的行数应为 {allowed}，却读到 {found}；文件已损坏，或在读取期间被改动",
        "rows in the file: {allowed}, rows that were read: {found}; it is damaged, or was changed meanwhile",
    ),
    # libraries and files
    "missing-extra": Message(
        None,
        "此功能需要 {found}：请执行 pip install 'aftersales[{extra}]'",
        "this needs {found}: pip install 'aftersales[{extra}]'",
    ),
    "file-exists": Message(
        None,
        "文件“{found}”已存在，未作改动；要覆盖请加 --force",
        "the file '{found}' exists and was left as it is; --force overwrites it",
    ),
    "target-is-source": Message(
        None,
        "“{found}”是本次读取的文件，不能同时作为输出文件；请另选输出文件（--force 也不覆盖读取的文件）",
        "'{found}' is a file that is read, so it cannot be the file to be written; name another one (--force does not"
        " overwrite it either)",
    ),
    "needs-partial": Message(
        None,
        "--no-deletions 只与 --partial 同用：可评分的评价没有未认定的指标",
        "--no-deletions is for --partial alone: a score has no open indicators",
    ),
    "needs-output": Message(
        None, "工作簿不能显示在终端；请用 -o 写明文件", "a workbook is not shown on a terminal; name a file with -o"
    ),
    "unwritable-file": Message(
        None, "无法写入文件“{found}”：{reason_zh}", "the file '{found}' cannot be written: {reason}"
    ),
}
