// Prints the struct table of one MuJoCo release: "name offset size" a row. For developers; the build does not run it.
//
//   gcc -I<include directory of that release> gen_layout.c -o gen_layout && ./gen_layout > layout_<version>.txt
//
// Put the file beside this one: the project embeds every layout_*.txt, and the loader chooses by the exact mj_version().
#include <mujoco/mujoco.h>
#include <stddef.h>
#include <stdio.h>

#define S(T) printf("sizeof." #T " 0 %zu\n", sizeof(T));
#define F(T, f) printf(#T "." #f " %zu %zu\n", offsetof(T, f), sizeof(((T*)0)->f));
#define M(f) F(mjModel, f)
#define D(f) F(mjData, f)

int main(void) {
    printf("version 0 %d\n", mjVERSION_HEADER);

    S(mjvScene) S(mjvOption) S(mjrContext) S(mjvCamera) S(mjvPerturb) S(mjModel) S(mjData)

    M(nq) M(nv) M(nu) M(nbody) M(ngeom) M(ncam) M(njnt)
    M(opt.timestep) M(opt.gravity) M(vis.map.znear) M(vis.map.zfar) M(stat.extent)
    M(jnt_qposadr) M(jnt_dofadr) M(jnt_range) M(body_jntadr) M(body_pos) M(body_mass)
    M(geom_rgba) M(geom_bodyid) M(geom_size) M(geom_friction) M(cam_fovy) M(cam_pos) M(cam_quat)
    M(light_castshadow) M(actuator_ctrlrange) M(qpos0)

    D(time) D(ncon) D(qpos) D(qvel) D(ctrl) D(qfrc_applied) D(qfrc_bias) D(qfrc_actuator) D(actuator_force) D(xfrc_applied)
    D(xpos) D(xquat) D(xmat) D(site_xpos) D(site_xmat) D(geom_xpos) D(geom_xmat) D(cam_xpos) D(cam_xmat)

    F(mjvScene, ngeom) F(mjvScene, flags) F(mjvScene, maxgeom) F(mjvCamera, type) F(mjvCamera, fixedcamid)
    F(mjvOption, geomgroup) F(mjvOption, sitegroup)
    F(mjrContext, offWidth) F(mjrContext, offHeight) F(mjrContext, currentBuffer) F(mjrContext, offSamples)

    printf("const mjRND_SHADOW=%d mjRND_REFLECTION=%d mjRND_SKYBOX=%d mjRND_SEGMENT=%d mjRND_IDCOLOR=%d mjFB_OFFSCREEN=%d "
           "mjCAMERA_FIXED=%d mjCAT_ALL=%d mjOBJ_BODY=%d JOINT=%d GEOM=%d SITE=%d CAM=%d ACT=%d\n",
           mjRND_SHADOW, mjRND_REFLECTION, mjRND_SKYBOX, mjRND_SEGMENT, mjRND_IDCOLOR, mjFB_OFFSCREEN,
           mjCAMERA_FIXED, mjCAT_ALL, mjOBJ_BODY, mjOBJ_JOINT, mjOBJ_GEOM, mjOBJ_SITE, mjOBJ_CAMERA, mjOBJ_ACTUATOR);
    return 0;
}
