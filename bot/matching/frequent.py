"""Everyday English words that are never taken for a misspelling, when a knowledge base brings no list.

The full list is `knowledge/en/common_words.txt`; this one is what is needed for the program to behave
without a knowledge base (`advisor evaluate`, tests).
"""

from __future__ import annotations

_WORDS = """
    a able about above accept across act actually add after again against age ago agree air all allow almost
    alone along already also although always am among amount an and animal another answer any anybody anyone
    anything anyway apart appear apple area arm around arrive art as ask asleep at away baby back bad bag
    bake ball bank base bath be bear beat beautiful became because become bed been before began begin behind
    being believe below beside best better between big bike bill bird birthday bit black blood blue board
    boat body book born both bottle bottom box boy bread break breakfast bring brother brought brown build
    building burn bus business busy but buy by cake call called came can cannot car card care carry case cat
    catch cause certain chair chance change cheap check child children choose city class clean clear clever
    clock close clothes cloud coat coffee cold come company complete cook cool corner cost could count
    country couple course cover cow cross cry cup cut dad dance dark date daughter day dead dear death
    decide deep did die different difficult dinner dirty do doctor does dog done door double down draw dream
    dress drink drive drop dry during each ear early earth east easy eat egg eight either else empty end
    enough enter even evening ever every everybody everyone everything exact example except expect explain
    eye face fact fail fall family far farm fast fat father favourite fear feel feeling feet fell felt few
    field fight figure fill film final find fine finger finish fire first fish five fix floor flower fly
    follow food foot for force forget form found four free fresh friend from front fruit full fun funny game
    garden gave get girl give glad glass go god gold gone good got great green ground group grow guess had
    hair half hand happen happy hard has hat have he head hear heard heart heat heavy held help her here
    high hill him his hit hold holiday home hope horse hospital hot hotel hour house how however hundred
    hungry hurt husband i ice idea if ill important in inside instead interest into is it its job join jump
    just keep kept key kid kill kind king kitchen knew know lady land language large last late later laugh
    law lay lead learn least leave left leg less let letter level lie life lift light like line list listen
    little live long look lose lost lot loud love low luck lunch machine made main make man many map mark
    market married matter may maybe me meal mean meat medicine meet member men might mile milk mind mine
    minute miss mistake money month moon more morning most mother mouth move movie much mum music must my
    name near necessary neck need never new news next nice night nine no nobody noise none noon nor north
    nose not note nothing notice now number of off offer office often oil old on once one only open or
    orange order other our out outside over own page pain paint paper parent park part party pass past pay
    pen people perhaps person phone photo pick picture piece place plan plane plant play please point police
    poor possible post potato pound power present press pretty price problem promise public pull push put
    quality queen question quick quiet quite race radio rain ran reach read ready real really reason receive
    red remember rent reply rest restaurant rice rich ride right ring river road rock room round rule run
    sad safe said sale salt same sand sat save saw say school science sea season seat second see seem seen
    sell send sent serious seven several shall shape share she ship shirt shoe shop short should shout show
    shower shut sick side sign simple since sing single sister sit six size skin sky sleep slow small smell
    smile snow so some somebody someone something sometimes son song soon sorry sort sound soup south speak
    special spell spend spoke sport spring stand star start state station stay step still stone stood stop
    store story straight strange street strong student study such sugar summer sun sure surprise sweet swim
    table take talk tall taste tax taxi tea teach team tell ten test than thank that the their them then
    there these they thing think third this those though thought thousand three through throw ticket time
    tired to today together told tomorrow too took top touch toward town train travel tree trip trouble true
    trust try turn twelve twenty two type uncle under understand until up upon us use usual vegetable very
    view village visit voice wait walk wall want war warm was wash watch water way we wear weather week
    weight well went were west wet what wheel when where whether which while white who whole whose why wide
    wife will win wind window wine winter wish with without woman women wonder wood word work world worry
    worse worst would write wrong yard year yellow yes yesterday yet you young your
"""

ENGLISH = frozenset(_WORDS.split())
