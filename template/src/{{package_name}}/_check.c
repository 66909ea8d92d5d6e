/* Whether a text is a slug already: one look at each character, without an object for any of them. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
is_slug(PyObject *module, PyObject *text)
{
    Py_ssize_t size;
    const char *at;
    int gap = 1; /* no separator may stand here */

    (void)module;
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "is_slug() takes a str");
        return NULL;
    }
    at = PyUnicode_AsUTF8AndSize(text, &size);
    if (at == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        if ((at[i] >= 'a' && at[i] <= 'z') || (at[i] >= '0' && at[i] <= '9')) {
            gap = 0;
        } else if (at[i] == '-' && !gap) {
            gap = 1;
        } else {
            Py_RETURN_FALSE;
        }
    }
    return PyBool_FromLong(!gap);
}

static PyMethodDef methods[] = {
    {"is_slug", is_slug, METH_O, "Return whether a text is what slugify returns with the usual separator."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_check",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit__check(void)
{
    return PyModuleDef_Init(&definition);
}
