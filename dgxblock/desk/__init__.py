"""The authors' desk: try a document's queries and questions, start a case, take the library elsewhere. No Django."""
