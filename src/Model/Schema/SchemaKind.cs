namespace Mesh.Model.Schema;

/// <summary>What JSON a schema node allows.</summary>
internal enum SchemaKind
{
    Any,
    Text,
    Integer,
    Number,
    Boolean,
    IntOrString,
    List,
    Map,
    Object,
}
