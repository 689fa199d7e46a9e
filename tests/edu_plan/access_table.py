"""Who gets what: every address × method × role × whose.

A test walks this table. It fails for an address that is not in it, and for a method that is neither in it nor refused.

``own``: of the asker's school, section or district. ``neighbour``: of another school or section of the same district.
``foreign``: of another district. ``sensitive``: as own, but figures by school that only few may see. ``any``: nobody's.
Of jobs and messages, ``own`` are the director's.
Bulletins are published, except ``draft`` (an officer's) and ``hers`` (a draft of the director who asks).
``login`` is the way to the login page. A POST is sent empty: 302 is done (or nothing to do), 422 refused as incomplete.
The admin site's inner pages are tests/schools/test_admin.py's; the world in which all is asked stands in world.py.
"""

TABLE = """
method address                  whose     visitor clerk principal officer other_officer director leader administrator
GET    home                     any       login   302   302       302     302           302      302    302
GET    login                    any       200     302   302       302     302           302      302    302
POST   login                    any       200     302   302       302     302           302      302    302
POST   logout                   any       login   302   302       302     302           302      302    302
GET    styleguide               any       login   200   200       200     200           200      200    200
GET    job                      own       login   404   404       200     200           200      404    404
GET    job                      foreign   login   404   404       404     404           404      404    404
GET    messages                 any       login   200   200       200     200           200      200    200
POST   read_messages            any       login   302   302       302     302           302      302    302
POST   read_message             own       login   404   404       404     404           302      404    404
POST   read_message             foreign   login   404   404       404     404           404      404    404
GET    admin:index              any       302     302   302       302     302           302      302    200

GET    schools:welcome          own       200     200   200       200     200           200      200    200
GET    schools:welcome          foreign   200     200   200       200     200           200      200    200
POST   schools:welcome          own       422     422   422       422     422           422      422    422
POST   schools:welcome          foreign   422     422   422       422     422           422      422    422
GET    schools:people           any       login   403   403       403     403           403      403    200
GET    schools:person           own       login   403   403       403     403           403      403    200
GET    schools:person           neighbour login   403   403       403     403           403      403    200
GET    schools:person           foreign   login   403   403       403     403           403      403    404
GET    schools:invite           any       login   403   403       403     403           403      403    200
POST   schools:invite           any       login   403   403       403     403           403      403    422
POST   schools:invite_again     any       login   403   403       403     403           403      403    302
POST   schools:disable          own       login   403   403       403     403           403      403    422
POST   schools:disable          foreign   login   403   403       403     403           403      403    404
POST   schools:enable           own       login   403   403       403     403           403      403    302
POST   schools:enable           foreign   login   403   403       403     403           403      403    404
GET    schools:import           any       login   403   403       403     403           403      403    200
POST   schools:import           any       login   403   403       403     403           403      403    422
POST   schools:import_confirm   any       login   403   403       403     403           403      403    400
GET    schools:import_template  own       login   403   403       403     403           403      403    200
GET    schools:import_template  foreign   login   403   403       403     403           403      403    404
GET    submissions:handover     own       login   403   403       403     403           403      403    200
GET    submissions:handover     neighbour login   403   403       403     403           403      403    200
GET    submissions:handover     foreign   login   403   403       403     403           403      403    404
POST   submissions:handover     own       login   403   403       403     403           403      403    422
POST   submissions:handover     neighbour login   403   403       403     403           403      403    422
POST   submissions:handover     foreign   login   403   403       403     403           403      403    404

GET    submissions:home         any       login   200   200       403     403           403      403    403
GET    submissions:form         own       login   200   200       403     403           403      403    403
GET    submissions:form         neighbour login   404   404       403     403           403      403    403
GET    submissions:form         foreign   login   404   404       403     403           403      403    403
POST   submissions:form         own       login   302   302       403     403           403      403    403
POST   submissions:form         neighbour login   404   404       403     403           403      403    403
POST   submissions:form         foreign   login   404   404       403     403           403      403    403
POST   submissions:confirm_unchanged own       login   302   302       403     403           403      403    403
POST   submissions:confirm_unchanged neighbour login   404   404       403     403           403      403    403
POST   submissions:confirm_unchanged foreign   login   404   404       403     403           403      403    403
POST   submissions:report_zero       own       login   302   302       403     403           403      403    403
POST   submissions:report_zero       neighbour login   404   404       403     403           403      403    403
POST   submissions:report_zero       foreign   login   404   404       403     403           403      403    403
POST   submissions:submit       own       login   403   302       403     403           403      403    403
POST   submissions:submit       neighbour login   404   404       403     403           403      403    403
POST   submissions:submit       foreign   login   404   404       403     403           403      403    403
POST   submissions:entry        own       login   302   302       403     403           403      403    403
POST   submissions:entry        neighbour login   404   404       403     403           403      403    403
POST   submissions:entry        foreign   login   404   404       403     403           403      403    403
GET    submissions:rate         own       login   200   200       403     403           403      403    403
GET    submissions:rate         neighbour login   404   404       403     403           403      403    403
GET    submissions:rate         foreign   login   404   404       403     403           403      403    403
GET    submissions:history      own       login   200   200       403     403           403      403    403
GET    submissions:history      neighbour login   404   404       403     403           403      403    403
GET    submissions:history      foreign   login   404   404       403     403           403      403    403
GET    submissions:form_file    own       login   200   200       403     403           403      403    403
GET    submissions:form_file    neighbour login   404   404       403     403           403      403    403
GET    submissions:form_file    foreign   login   404   404       403     403           403      403    403
GET    submissions:evidence     own       login   200   200       200     200           200      404    404
GET    submissions:evidence     neighbour login   404   404       200     200           200      404    404
GET    submissions:evidence     sensitive login   200   200       404     404           404      404    404
GET    submissions:evidence     foreign   login   404   404       404     404           404      404    404
POST   submissions:evidence     own       login   422   422       422     422           422      404    404
POST   submissions:evidence     neighbour login   404   404       422     422           422      404    404
POST   submissions:evidence     foreign   login   404   404       404     404           404      404    404
GET    submissions:evidence_file own      login   200   200       200     200           200      404    404
GET    submissions:evidence_file neighbour login  404   404       200     200           200      404    404
GET    submissions:evidence_file sensitive login  200   200       404     404           404      404    404
GET    submissions:evidence_file foreign  login   404   404       404     404           404      404    404
GET    submissions:desk         any       login   403   403       200     200           200      403    403
POST   submissions:urge         own       login   403   403       302     302           302      403    403
GET    submissions:review       own       login   403   403       200     200           200      403    403
GET    submissions:review       foreign   login   403   403       404     404           404      403    403
POST   submissions:review       own       login   403   403       422     422           422      403    403
POST   submissions:review       foreign   login   403   403       404     404           404      403    403
GET    submissions:desk_history own       login   403   403       200     200           200      403    403
GET    submissions:desk_history sensitive login   403   403       404     404           404      403    403
GET    submissions:desk_history foreign   login   403   403       404     404           404      403    403
GET    submissions:grid         own       login   403   403       200     403           200      403    403
GET    submissions:grid         neighbour login   403   403       403     200           200      403    403
GET    submissions:grid         foreign   login   403   403       404     404           404      403    403
POST   submissions:grid         own       login   403   403       302     403           302      403    403
POST   submissions:grid         neighbour login   403   403       403     302           302      403    403
POST   submissions:grid         foreign   login   403   403       404     404           404      403    403
GET    submissions:grid_file    own       login   403   403       200     403           200      403    403
GET    submissions:grid_file    neighbour login   403   403       403     200           200      403    403
GET    submissions:grid_file    foreign   login   403   403       404     404           404      403    403
GET    submissions:calendar     any       login   403   403       200     200           200      403    200
GET    submissions:calendar_rule own      login   403   403       403     403           200      403    200
GET    submissions:calendar_rule foreign  login   403   403       404     404           404      403    404
POST   submissions:calendar_rule own      login   403   403       403     403           422      403    422
POST   submissions:calendar_rule foreign  login   403   403       404     404           404      403    404
GET    submissions:quarter_dates own      login   403   403       403     403           200      403    200
GET    submissions:quarter_dates foreign  login   403   403       404     404           404      403    404
POST   submissions:quarter_dates own      login   403   403       403     403           422      403    422
POST   submissions:quarter_dates foreign  login   403   403       404     404           404      403    404
POST   submissions:follow_rule  own       login   403   403       403     403           302      403    302
POST   submissions:follow_rule  foreign   login   403   403       404     404           404      403    404

GET    reports:overview         own       login   200   200       200     200           200      200    403
GET    reports:overview         foreign   login   404   404       404     404           404      404    403
GET    reports:target           own       login   200   200       200     200           200      200    403
GET    reports:target           sensitive login   200   200       200     200           200      200    403
GET    reports:target           foreign   login   404   404       404     404           404      404    403
GET    reports:how              own       login   200   200       200     200           200      200    403
GET    reports:how              sensitive login   200   200       200     200           200      200    403
GET    reports:how              foreign   login   404   404       404     404           404      404    403
GET    reports:how_unit         own       login   200   200       200     200           200      200    403
GET    reports:how_unit         neighbour login   404   404       200     200           200      200    403
GET    reports:how_unit         sensitive login   200   200       404     404           404      404    403
GET    reports:how_unit         foreign   login   404   404       404     404           404      404    403
GET    reports:bulletins        own       login   200   200       200     200           200      200    403
GET    reports:bulletins        foreign   login   404   404       404     404           404      404    403
GET    reports:bulletin         own       login   200   200       200     200           200      200    403
GET    reports:bulletin         draft     login   404   404       200     200           200      404    403
GET    reports:bulletin         foreign   login   404   404       404     404           404      404    403
POST   reports:generate         own       login   403   403       302     302           302      403    403
POST   reports:generate         foreign   login   404   404       404     404           404      404    403
POST   reports:publish          own       login   403   403       403     403           302      403    403
POST   reports:publish          draft     login   404   404       403     403           302      404    403
POST   reports:publish          hers      login   404   404       403     403           403      404    403
POST   reports:publish          foreign   login   404   404       404     404           404      404    403
GET    reports:pack             own       login   403   403       200     200           200      200    403
GET    reports:pack             foreign   login   404   404       404     404           404      404    403
"""
