namespace Mesh.Model.Resources;

/// <summary>
/// Number of the form in which the specs and statuses of an assembly become JSON and come from it. Stores note it with what they write: what another
/// number wrote is read at once when a store is opened, what this one wrote when it is asked for (<see cref="StoredJson"/>). It is raised with every
/// change of the code that says how they are read and written; <c>StoredFormTests</c> holds that. An assembly without it has a new form with every build.
/// </summary>
/// <param name="number">The number; every form has another one.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class StoredFormAttribute(int number) : Attribute
{
    /// <summary>The number.</summary>
    public int Number { get; } = number;
}
