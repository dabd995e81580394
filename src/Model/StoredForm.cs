using Mesh.Model.Resources;

[assembly: StoredForm(1)]
