namespace Mesh.Model.Resources;

/// <summary>Where the name of a resource is unique: in the whole control plane or in one mesh.</summary>
public enum ResourceScope
{
    /// <summary>One of its name in the control plane; <see cref="Resource.Mesh"/> is empty.</summary>
    Global,

    /// <summary>One of its name in each mesh.</summary>
    Mesh,
}
