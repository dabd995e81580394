namespace Mesh.Model.Schema;

/// <summary>Zeros, false, empty texts and empty lists of this type are not written: the form of the flat kinds.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OmitsDefaultsAttribute : Attribute;
